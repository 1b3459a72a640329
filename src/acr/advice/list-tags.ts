import { quantity } from '../../core/judge/arithmetic.ts';
import { mcrNeeds } from '../../core/registry.ts';
import { type AdviceRule, azOf } from './advice.ts';

/** The global endpoint may route to any replica: a region that is in no list fails now and then, and only there. */
export const replicaWithoutList: AdviceRule = function* ({ registries, lists }) {
  for (const { name, registry, tags, withoutTag } of registries) {
    const commands = registry.settings
      ? [
          `az acr replication list --registry ${registry.settings.name} --subscription ${registry.settings.subscriptionId}`,
        ]
      : [];
    for (const list of lists) {
      for (const part of ['login', 'layers'] as const) {
        const wanted = Object.entries(tags[part]);
        const missing = wanted.filter(([, tag]) => !list.tags.includes(tag));
        if (missing.length === 0 || missing.length === wanted.length) continue;
        yield {
          rule: 'replica-without-list',
          weight: 'do',
          registry: name,
          list: list.name,
          text: `${name} is in ${missing.map(([region]) => region).join(', ')} too, and ${list.name} holds its other regions only: when it routes a client there, pulls fail. Add ${missing.map(([, tag]) => tag).join(', ')}, or name the registry in the list so that it follows.`,
          figures: { regions: wanted.length, missing: missing.length },
          commands,
        };
      }
    }
    if (withoutTag.length > 0) {
      yield {
        rule: 'region-without-tag',
        weight: 'do',
        registry: name,
        text: `${name} is in ${withoutTag.join(', ')}, for which the publication in force has no tag: those addresses are in no list.`,
        figures: { regions: registry.regions.length, missing: withoutTag.length },
        commands: registry.settings ? [`az acr show-endpoints ${azOf(registry.settings)}`] : [],
      };
    }
  }
};

/** Tags that are mistaken for hosted CI agents, and that admit the machines of every tenant. */
const mistaken = /^(AzureCloud|AzureDevOps)(\.|$)/;

/** Hosted CI agents have no service tag: no list can admit them alone. */
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

/** Microsoft's public registry answers through Azure Front Door: its own tag alone is not enough. */
export const mcrFrontDoor: AdviceRule = function* ({ cloud, lists }) {
  const needs = mcrNeeds(cloud);
  for (const { name, tags } of lists) {
    const mcr = tags.filter(
      (tag) => tag === 'MicrosoftContainerRegistry' || tag.startsWith('MicrosoftContainerRegistry.'),
    );
    const missing = needs.tags.filter((tag) => tag !== 'MicrosoftContainerRegistry' && !tags.includes(tag));
    if (mcr.length === 0 || (needs.byAddress && missing.length === 0)) continue;
    const byName = `rules by name for ${needs.names.join(' and ')}`;
    yield {
      rule: 'mcr-front-door',
      weight: 'do',
      list: name,
      text: needs.byAddress
        ? `${name} holds ${mcr.join(', ')} without ${missing.join(', ')}, on which it depends: pulls from ${needs.names[0]} fail. Set \`mcr\` of the list, which adds that tag, or give clients ${byName}.`
        : `${name} holds ${mcr.join(', ')}. Azure Front Door, through which pulls from ${needs.names[0]} go, has no tag of Microsoft's own services in ${cloud}: addresses are not enough. Give clients ${byName}.`,
      figures: { tags: mcr.length },
      commands: missing.map(
        (tag) => `az network list-service-tags --location <region> --query "values[?name=='${tag}']"`,
      ),
    };
  }
};

/** Kinds of targets whose rules take service tags, and the command that adds one. Source: Microsoft's advice for NSG and Azure Firewall. */
const takesTags: Readonly<Record<string, (tag: string) => string>> = {
  nsg: (tag) =>
    `az network nsg rule create --nsg-name <nsg> --resource-group <group> --name allow-${short(tag)} --priority <free> --direction Outbound --access Allow --protocol Tcp --destination-port-ranges 443 --destination-address-prefixes ${tag}`,
  'firewall-policy': policyRule,
  'azure-firewall': (tag) =>
    `az network firewall network-rule create --firewall-name <firewall> --resource-group <group> --collection-name <collection> --name allow-${short(tag)} --protocols TCP --source-addresses <clients> --destination-ports 443 --destination-addresses ${tag}`,
  'ip-group': policyRule,
};

/** Where rules can name service tags, Azure keeps them up to date, and a list of addresses is unneeded work. */
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
      // A rule takes one tag only.
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
