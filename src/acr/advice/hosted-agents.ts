import { quantity } from '../../core/judge/arithmetic.ts';
import type { AdviceRule } from './advice.ts';

/** Tags that people take for hosted CI agents, and that let in every tenant's machines. */
const mistaken = /^(AzureCloud|AzureDevOps)(\.|$)/;

/** Hosted CI agents have no service tag: no list can admit them and nobody else. */
export const hostedAgents: AdviceRule = function* ({ lists, targets, reach }) {
  for (const { name, tags, targets: places } of lists) {
    const found = tags.filter((tag) => mistaken.test(tag));
    if (found.length === 0) continue;
    const { addresses, prefixes } = reach(found);
    const ingress = targets.filter(({ id, direction }) => direction === 'ingress' && places.includes(id));
    yield {
      rule: 'hosted-agents',
      weight: ingress.length > 0 ? 'refuse' : 'know',
      list: name,
      ...(ingress[0] ? { target: ingress[0].id } : {}),
      text: `${found.join(', ')} in ${name}: hosted CI agents have no service tag. AzureDevOps is the service and not its agents; AzureCloud is every tenant's machines: ${quantity(addresses, 'address', 'addresses')} in ${quantity(prefixes, 'prefix', 'prefixes')}. Do not admit agents by it: use self-hosted agents or a managed pool behind a NAT address and admit that one, or a private endpoint.`,
      figures: { addresses: addresses.toString(), prefixes },
      commands: [
        'az network nat gateway create --name nat-agents --resource-group <group> --public-ip-addresses <address> --idle-timeout 10',
      ],
    };
  }
};
