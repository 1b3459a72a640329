import { quantity } from '../../core/judge/arithmetic.ts';
import type { AdviceRule } from './advice.ts';

/** What takes service tags itself, and the command that puts one there. Source: Microsoft's advice for NSG and Azure Firewall. */
const takesTags: Readonly<Record<string, (tag: string) => string>> = {
  nsg: (tag) =>
    `az network nsg rule create --nsg-name <nsg> --resource-group <group> --name allow-${short(tag)} --priority <free> --direction Outbound --access Allow --protocol Tcp --destination-port-ranges 443 --destination-address-prefixes ${tag}`,
  'firewall-policy': policyRule,
  'azure-firewall': (tag) =>
    `az network firewall network-rule create --firewall-name <firewall> --resource-group <group> --collection-name <collection> --name allow-${short(tag)} --protocols TCP --source-addresses <clients> --destination-ports 443 --destination-addresses ${tag}`,
  'ip-group': policyRule,
};

/** Where tags may stand in rules, Microsoft keeps them up to date itself, and a list of addresses is work for nothing. */
export const nativeTag: AdviceRule = function* ({ targets, lists, reach }) {
  for (const { id, kind, list: name } of targets) {
    const list = lists.find((one) => one.name === name);
    const command = takesTags[kind];
    if (!list || !command || list.tags.length === 0) continue;
    const { prefixes } = reach(list.tags);
    yield {
      rule: 'native-tag',
      weight: 'consider',
      target: id,
      list: list.name,
      text: `${kind === 'ip-group' ? 'Rules of Azure Firewall that use the IP groups of' : 'Rules of'} ${id} can name service tags themselves: ${quantity(list.tags.length, 'tag')} (${list.tags.join(', ')}) would do in place of ${quantity(prefixes, 'prefix', 'prefixes')}, and Azure keeps them up to date. Keep the list where changes must be reviewed, or removed ranges must stay for a while.`,
      figures: { tags: list.tags.length, prefixes },
      // A tag may not stand in a list beside others: one rule a tag.
      commands: list.tags.map(command),
    };
  }
};

function policyRule(tag: string): string {
  return `az network firewall policy rule-collection-group collection rule add --policy-name <policy> --resource-group <group> --rule-collection-group-name <group of rules> --collection-name <collection> --rule-type NetworkRule --name allow-${short(tag)} --ip-protocols TCP --source-addresses <clients> --destination-ports 443 --destination-addresses ${tag}`;
}

function short(tag: string): string {
  return tag.toLowerCase().replaceAll('.', '-');
}
