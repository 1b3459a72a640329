import type { Layout } from '../../../src/core/plan/live.ts';
import { kinds } from './kinds.ts';

/** A prefix that counts, or never counts, until a day. */
export interface Exception {
  readonly prefix: string;
  readonly expires?: string;
}

export interface ListPlan {
  readonly tags: readonly string[];
  readonly always: readonly Exception[];
  readonly never: readonly Exception[];
  readonly names: readonly string[];
}

export interface TargetPlan {
  readonly kind: KindName;
  readonly list: string;
  readonly mode: 'sync' | 'add-only' | 'report-only';
  readonly adopt: boolean;
  readonly foreignEntries: 'keep' | 'remove';
  readonly approval: { readonly add: Approval; readonly remove: Approval };
}

export type Approval = 'never' | 'on-suspicion' | 'always';

/** The config of a history at one moment. */
export interface ConfigPlan {
  readonly lists: Readonly<Record<string, ListPlan>>;
  readonly targets: Readonly<Record<string, TargetPlan>>;
}

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const rule = { collection: 'allow', rule: 'acr' };

/** How each kind is set up. Groups are small, so that lists take several. */
const settings = {
  'ip-group': { ...place, name: 'plain', location: 'westus', entriesPerGroup: 6, maxGroups: 12 },
  nsg: { ...place, nsg: 'nsg-build', rule: 'acr', priority: 200 },
  'firewall-policy': { ...place, ...rule, policy: 'hub', ruleCollectionGroup: 'direct', dualStack: true },
  'firewall-policy-fqdn': { ...place, ...rule, policy: 'hub', ruleCollectionGroup: 'names', rule: 'names' },
  'azure-firewall': { ...place, ...rule, firewall: 'branch' },
  registry: {
    ...place,
    registry: 'contoso',
    accept: { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' },
  },
  feed: { name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
  'feed-names': { name: 'names', keys: [{ $env: 'FEED_KEY' }] },
} as const;

export type KindName = keyof typeof settings;
export const kindNames = Object.keys(settings) as KindName[];

export function definitionOf(kind: KindName) {
  const definition = kinds.targets.find((one) => one.kind === kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  return definition;
}

/** Whether a kind's resource lies outside, where others can change it. */
export function isOutside(kind: KindName): boolean {
  return kind !== 'feed' && kind !== 'feed-names';
}

export function holdsNames(kind: KindName): boolean {
  return definitionOf(kind).holds === 'names';
}

export function layoutOf(kind: KindName): Layout {
  return (layouts.get(kind) as { readonly layout: Layout }).layout;
}

export function laneOf(kind: KindName): string {
  return (layouts.get(kind) as { readonly lane: string }).lane;
}

const layouts = new Map(
  kindNames.map((kind) => {
    const definition = definitionOf(kind);
    const { accept: _, ...own } = settings[kind] as Record<string, unknown>;
    const parsed = definition.schema.parse(own);
    return [kind, { layout: definition.layout(parsed), lane: definition.lane(parsed) }];
  }),
);

/** Clocks that run down within a few steps of a history. */
export const clocks = { lossClockDays: 14, lossClockPublications: 3, lossClockGlobalDays: 28 };

const why = { reason: 'a history', owner: 'network team' };

/** The document that says so. */
export function configText({ lists, targets }: ConfigPlan): string {
  return JSON.stringify({
    schema: 1,
    cloud: 'Public',
    instance: 'hub',
    source: { kind: 'memory' },
    lists: Object.fromEntries(
      Object.entries(lists).map(([name, { tags, always, never, names }]) => [
        name,
        {
          ...(names.length > 0 ? { names } : {}),
          ...(tags.length > 0 ? { tags, families: ['ipv4', 'ipv6'] } : {}),
          ...(always.length > 0 ? { always: always.map((one) => ({ ...one, ...why })) } : {}),
          ...(never.length > 0 ? { never: never.map((one) => ({ ...one, ...why })) } : {}),
        },
      ]),
    ),
    targets: Object.fromEntries(
      Object.entries(targets).map(([id, { kind, ...common }]) => [id, { kind, ...settings[kind], ...common }]),
    ),
    channels: { told: { kind: 'memory' } },
    policy: clocks,
  });
}
