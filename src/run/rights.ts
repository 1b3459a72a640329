import type { Config } from '../config/config.ts';
import type { TargetDefinition } from '../ports/target.ts';
import { secretSettingsOf } from './secrets.ts';

/** Actions of every custom role, by its name: what the code declares, for every kind there is. */
type Roles = Readonly<Record<string, readonly string[]>>;

/** A role for an identity at a resource group; at the whole subscription if no group is named. */
export interface Grant {
  readonly role: string;
  /** Name of the identity; `app` is the app's own. */
  readonly identity: string;
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  /** For a target that is reported on and never written. */
  readonly reportOnly?: true;
}

/** ARM actions that reading a registry needs, at its resource group. See `acr/read-registry.ts`. */
const registryRights: readonly string[] = [
  'Microsoft.ContainerRegistry/registries/read',
  'Microsoft.ContainerRegistry/registries/replications/read',
];

/** ARM action of the Service Tag Discovery API; granted at the subscription or not at all. See `azure/discovery.ts`. */
const discoveryRights: readonly string[] = ['Microsoft.Network/locations/serviceTags/read'];

// No kind of target has a name like these.
const registryRole = 'read-registries';
const discoveryRole = 'read-service-tags';

/**
 * One role a kind of target with exactly its rights, and `<kind>-read` with what reading it takes, for targets that are
 * reported on and never written (docs/decisions/0015-report-only-may-read.md). A kind without rights, such as a feed, has no
 * role.
 */
export function rolesOf(definitions: readonly TargetDefinition[]): Roles {
  const kinds = definitions.filter(({ rights }) => rights.length > 0);
  const roles: [string, readonly string[]][] = [
    ...kinds.flatMap(({ kind, rights, reads, moreRights = [] }): [string, readonly string[]][] => [
      [kind, [...rights]],
      [readRoleOf(kind), [...reads]],
      ...moreRights.flatMap((more, index): [string, readonly string[]][] => [
        [moreRoleOf(kind, index), [...more.rights]],
        [readRoleOf(moreRoleOf(kind, index)), [...more.reads]],
      ]),
    ]),
    [registryRole, [...registryRights]],
    [discoveryRole, [...discoveryRights]],
  ];
  // Azure refuses a role without an action.
  return Object.fromEntries(roles.filter(([, actions]) => actions.length > 0));
}

/** What the identities of a config need, each grant once, and nothing for what needs nothing. */
export function grantsOf(config: Config, definitions: readonly TargetDefinition[]): Grant[] {
  const grants: Grant[] = [];
  for (const { kind, mode, identity = 'app', settings } of Object.values(config.targets)) {
    const definition = definitions.find((one) => one.kind === kind);
    if (!definition || definition.rights.length === 0) continue;
    const { subscriptionId, resourceGroup } = placeIn(settings);
    const reading = mode === 'report-only';
    const grant = (name: string, scope: Pick<Grant, 'subscriptionId' | 'resourceGroup'>): void => {
      const role = reading ? readRoleOf(name) : name;
      grants.push({ role, identity, ...scope, ...(reading ? { reportOnly: true } : {}) });
    };
    if (subscriptionId !== undefined) {
      grant(kind, { subscriptionId, ...(resourceGroup === undefined ? {} : { resourceGroup }) });
    }
    definition.moreRights?.forEach((more, index) => {
      if (reading && more.reads.length === 0) return;
      for (const group of more.at(settings)) grant(moreRoleOf(kind, index), group);
    });
  }
  for (const { resourceId } of Object.values(config.registries)) {
    const scope = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(resourceId ?? '');
    if (!scope?.[1] || !scope[2]) continue;
    grants.push({ role: registryRole, identity: 'app', subscriptionId: scope[1], resourceGroup: scope[2] });
  }
  const { api } = config.crossCheck;
  if (api) grants.push({ role: discoveryRole, identity: 'app', subscriptionId: api.subscriptionId });
  return distinct(grants);
}

/** Where a target's resource lies: by its fields, or by the resource id that it names instead. */
export function placeIn(settings: object): { readonly subscriptionId?: string; readonly resourceGroup?: string } {
  const { subscriptionId, resourceGroup } = settings as Readonly<Record<string, unknown>>;
  if (typeof subscriptionId === 'string') {
    return { subscriptionId, ...(typeof resourceGroup === 'string' ? { resourceGroup } : {}) };
  }
  for (const value of Object.values(settings)) {
    const scope =
      typeof value !== 'string' ? null : /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(value);
    if (scope?.[1] && scope[2]) return { subscriptionId: scope[1], resourceGroup: scope[2] };
  }
  return {};
}

/** The text of infra/roles.json. */
export function rolesFile(definitions: readonly TargetDefinition[]): string {
  return `${JSON.stringify({ schema: 1, roles: rolesOf(definitions) }, undefined, 2)}\n`;
}

/**
 * The text of infra/grants.json; without a config nothing is granted. What targets get that are only reported on stands
 * apart: a deployment may leave it out. Secrets are the names of their settings.
 */
export function grantsFile(config: Config | undefined, definitions: readonly TargetDefinition[]): string {
  const grants = config === undefined ? [] : grantsOf(config, definitions);
  const value = {
    schema: 1,
    identities: [...new Set(grants.map(({ identity }) => identity))].filter((name) => name !== 'app').sort(),
    ...byScope(grants.filter(({ reportOnly }) => !reportOnly)),
    reportOnly: byScope(grants.filter(({ reportOnly }) => reportOnly)),
    secrets: config === undefined ? { app: [], feeds: [] } : secretNamesOf(config),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function byScope(all: readonly Grant[]): { roles: object[]; grants: object[]; subscriptionGrants: object[] } {
  const grants = all.map(({ reportOnly: _, ...grant }) => grant);
  return {
    roles: distinct(grants.map(({ role, subscriptionId }) => ({ role, subscriptionId }))),
    grants: grants.filter(({ resourceGroup }) => resourceGroup !== undefined),
    subscriptionGrants: grants.filter(({ resourceGroup }) => resourceGroup === undefined),
  };
}

/** Rights that only some configs of a kind need have roles of their own, in the order of the definition. */
function moreRoleOf(kind: string, index: number): string {
  return `${kind}-more-${index + 1}`;
}

function readRoleOf(kind: string): string {
  return `${kind}-read`;
}

/** Names of Azure resources are compared without regard to case. */
function distinct<T extends object>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one).toLowerCase(), one])).values()];
}

/** Names of the settings in which an app finds its secrets, sorted. */
interface SecretNames {
  /** The acting app serves feeds too, and so needs every one. */
  readonly app: readonly string[];
  /** The feeds app needs those of devices and keys; the addresses of channels are none of its business. */
  readonly feeds: readonly string[];
}

function secretNamesOf(config: Config): SecretNames {
  const settings = secretSettingsOf(config);
  const names = (some: typeof settings) => some.map(({ name }) => name);
  return { app: names(settings), feeds: names(settings.filter(({ ofFeed }) => ofFeed)) };
}
