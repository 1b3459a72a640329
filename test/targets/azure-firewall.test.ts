import { azureFirewallFixture } from '../contract/kinds/network-rule.ts';
import { describeContract } from '../contract/target/contract.ts';

describeContract('azure-firewall', azureFirewallFixture);
