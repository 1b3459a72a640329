import { firewallPolicyFqdnFixture } from '../contract/kinds/application-rule.ts';
import { describeContract } from '../contract/target/contract.ts';

describeContract('firewall-policy-fqdn', firewallPolicyFqdnFixture);
