import { feedNamesFixture } from '../contract/kinds/feed.ts';
import { describeContract } from '../contract/target/contract.ts';

describeContract('feed-names', feedNamesFixture);
