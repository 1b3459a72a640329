import { partsOfId } from './arm/resource-id.ts';

/**
 * By the type of a resource, the command and the option for each name in its id. Each reads the resource and writes back
 * what it read; that of registries is a PATCH. Source: Azure CLI and its extensions `ip-group` and `azure-firewall`.
 */
const commands: Readonly<Record<string, readonly [command: string, ...options: string[]]>> = {
  'microsoft.network/ipgroups': ['network ip-group update', '--name'],
  'microsoft.network/azurefirewalls': ['network firewall update', '--name'],
  'microsoft.network/firewallpolicies': ['network firewall policy update', '--name'],
  'microsoft.network/firewallpolicies/rulecollectiongroups': [
    'network firewall policy rule-collection-group update',
    '--policy-name',
    '--name',
  ],
  'microsoft.network/networksecuritygroups': ['network nsg update', '--name'],
  'microsoft.network/networksecuritygroups/securityrules': ['network nsg rule update', '--nsg-name', '--name'],
  'microsoft.containerregistry/registries': ['acr update', '--name'],
};

/** The one `az` command with which a person saves a resource again unchanged. */
export function saveAgain(id: string): string {
  const [, , subscription = '', , group = ''] = id.split('/');
  const { type, names } = partsOfId(id);
  const [command, ...options] = commands[type.toLowerCase()] ?? [];
  if (command === undefined) return `az resource update --ids '${id}'`;
  const named = options.map((option, at) => `${option} ${word(names[at] ?? '')}`);
  return ['az', command, ...named, `--resource-group ${word(group)}`, `--subscription ${subscription}`].join(' ');
}

/** Names of resource groups may hold parentheses, which a shell reads as its own. */
function word(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name}'`;
}
