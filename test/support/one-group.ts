import * as z from 'zod';
import type { ArmClient } from '../../src/azure/arm/arm-client.ts';
import { ArmError, unreadable } from '../../src/azure/arm/arm-error.ts';
import { retrying } from '../../src/azure/arm/pace.ts';
import { resourceId } from '../../src/azure/arm/resource-id.ts';
import { resourceGroupField, subscriptionIdField } from '../../src/azure/scope-schema.ts';
import {
  mustWrite,
  requireSucceeded,
  requireTerminalState,
  unitState,
  unitVersion,
} from '../../src/azure/unit-state.ts';
import { type JsonObject, objectAt, textAt, without } from '../../src/core/json.ts';
import type { Live, LiveUnit, UnitChange } from '../../src/core/plan/live.ts';
import type { Target, TargetDefinition } from '../../src/ports/target.ts';
import { armFixture, PREFIXES } from '../contract/kinds/arm-fixture.ts';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  group: z.string().describe('Name of the one group.'),
  maxEntries: z.int().min(1).default(5_000).describe('Entries the one group may hold.'),
});

type OneGroupConfig = z.output<typeof schema>;

/** As APIs want it that take neither /31 nor /32: those are one address or two. */
function withoutSmallPrefixes(prefix: string): readonly string[] {
  const [address = '', length] = prefix.split('/');
  if (length === '32') return [address];
  return length === '31' ? [address, address.replace(/\d+$/, (last) => String(Number(last) + 1))] : [prefix];
}

/**
 * A whole kind of target in one file, as somebody would add it: a single IP group, of an Azure that takes neither /31 nor
 * /32.
 */
const oneGroup: TargetDefinition<OneGroupConfig> = {
  kind: 'one-group',
  summary: 'One IP group, and never a second.',
  schema,
  direction: 'egress',
  families: ['ipv4'],
  rights: ['Microsoft.Network/ipGroups/read', 'Microsoft.Network/ipGroups/write'],
  reads: ['Microsoft.Network/ipGroups/read'],
  limits: [{ name: 'entries in the group', value: 5_000, source: 'Azure Firewall limits' }],
  place: ({ subscriptionId, resourceGroup }) => `${subscriptionId}/${resourceGroup}/ipGroups`,
  lane: ({ subscriptionId, resourceGroup }) => `one-group:${subscriptionId}:${resourceGroup}`.toLowerCase(),
  layout: ({ group, maxEntries }) => ({
    families: ['ipv4'],
    entriesPerUnit: maxEntries,
    maxUnits: 1,
    render: withoutSmallPrefixes,
    unitKey: () => group,
    whenEmpty: 'refill',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../../src/azure/arm/arm-client.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    return targetOf(config, context.mark, arm);
  },
};

function targetOf({ subscriptionId, resourceGroup, group }: OneGroupConfig, mark: string, arm: ArmClient): Target {
  const subject = `IP group ${group} (resource group ${resourceGroup})`;
  const id = resourceId({ subscriptionId, resourceGroup }, `Microsoft.Network/ipGroups/${group}`);
  const get = (signal: AbortSignal) =>
    retrying(arm.pace, signal, async () => {
      const raw = await arm.get(subject, signal, id);
      if (raw !== undefined) requireTerminalState(subject, raw);
      return raw;
    });
  const unitOf = (raw: JsonObject): LiveUnit => {
    const entries = objectAt(raw, 'properties').ipAddresses;
    if (!Array.isArray(entries)) throw unreadable(subject, 'Azure answered no list');
    const owner = textAt(objectAt(raw, 'tags'), 'service-tag-sync');
    return {
      key: group,
      family: 'ipv4',
      entries,
      version: unitVersion([entries, owner ?? null]),
      ...(owner === undefined ? {} : { mark: owner }),
      ...unitState(subject, id, raw),
    };
  };
  return {
    get writes() {
      return arm.writes;
    },
    resume: (since, signal) => arm.resume(since, signal),
    async read(signal): Promise<Live> {
      const raw = await get(signal);
      return { units: raw === undefined ? [] : [unitOf(raw)], problems: [] };
    },
    write: (change: UnitChange, signal) =>
      retrying(arm.pace, signal, async () => {
        const small = change.entries.find((entry) => /\/3[12]$/.test(entry));
        if (small !== undefined) throw new ArmError('invalid', `${subject}: expected no /31 and no /32, got ${small}`);
        const raw = await get(signal);
        if (!mustWrite(subject, change, raw && unitOf(raw), mark)) return;
        const before = raw ?? { location: 'westus' };
        const body = {
          ...without(before, ['id', 'name', 'type', 'etag']),
          tags: { ...objectAt(before, 'tags'), 'service-tag-sync': mark },
          properties: {
            ...without(objectAt(before, 'properties'), ['provisioningState', 'firewalls', 'firewallPolicies']),
            ipAddresses: change.entries,
          },
        };
        requireSucceeded(subject, await arm.put(subject, signal, id, body));
      }),
  };
}

const subscriptionId = '11111111-2222-3333-4444-555555555555';
const scope = `/subscriptions/${subscriptionId}/resourceGroups/net`;

/** What the contract suite must know of the kind. */
export const oneGroupFixture = armFixture({
  definition: oneGroup as unknown as TargetDefinition,
  config: { subscriptionId, resourceGroup: 'net', group: 'only' },
  surroundings: { [scope]: { location: 'westus' } },
  family: 'ipv4',
  idOf: (key) => `${scope}/providers/Microsoft.Network/ipGroups/${key}`,
  seed: (ipAddresses, mark) => ({
    location: 'westus',
    tags: mark === undefined ? {} : { 'service-tag-sync': mark },
    properties: { ipAddresses },
  }),
  changeTo: (ipAddresses) => ({ properties: { ipAddresses } }),
  entriesIn: (raw) => (raw as { properties: { ipAddresses: readonly string[] } }).properties.ipAddresses,
  entries: PREFIXES,
  tight: { maxEntries: 2 },
  repair: `az network ip-group update --name only --resource-group net --subscription ${subscriptionId}`,
  broken: [],
  unitPath: '/ipGroups/only',
});
