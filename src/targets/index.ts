import type { TargetDefinition } from '../ports/target.ts';
import { azureFirewall } from './azure-firewall.ts';
import { feed, feedNames } from './feed.ts';
import { firewallPolicy } from './firewall-policy.ts';
import { firewallPolicyFqdn } from './firewall-policy-fqdn.ts';
import { ipGroup } from './ip-group.ts';
import { nsg } from './nsg.ts';
import { registry } from './registry.ts';

/** Every kind of target. A new one is a file and a line here. */
export const targets: readonly TargetDefinition[] = [
  ipGroup,
  firewallPolicy,
  firewallPolicyFqdn,
  azureFirewall,
  nsg,
  feed,
  feedNames,
  registry,
];
