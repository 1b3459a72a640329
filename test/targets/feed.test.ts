import { feedAddressesFixture } from '../contract/kinds/feed.ts';
import { describeContract } from '../contract/target/contract.ts';

describeContract('feed', feedAddressesFixture);
