import { describe, expect, it } from 'vitest';
import type { TargetDefinition } from '../../src/ports/target.ts';
import { azureFirewall } from '../../src/targets/azure-firewall.ts';
import { firewallPolicy } from '../../src/targets/firewall-policy.ts';
import { describeTarget, MARK } from '../contract/target.ts';
import { startArm, type TestArm } from '../fakes/arm.ts';

const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network`;
const POLICY = `${NETWORK}/firewallPolicies/hub`;
const RULES = `${POLICY}/ruleCollectionGroups/apps`;
const FIREWALL = `${NETWORK}/azureFirewalls/branch`;
const place = { subscriptionId: SUBSCRIPTION, resourceGroup: 'net', collection: 'allow', rule: 'acr' };

interface Raw {
  readonly name?: string;
  readonly properties: object;
}

/** What both kinds hold: one rule of ours between rules, collections and types that we know nothing of. */
function rules(entries: readonly string[] | undefined, mark: string | undefined, protocols: string) {
  const ours = {
    name: 'acr',
    description: mark === undefined ? 'By hand.' : `By hand. [service-tag-sync=${mark}]`,
    [protocols]: ['TCP'],
    sourceAddresses: ['*'],
    destinationAddresses: entries,
    destinationPorts: ['443'],
    terms: { from: 'the future' },
  };
  return [
    { ruleType: 'QuantumRule', name: 'unknown', entangled: ['x', { y: null }] },
    ...(entries === undefined ? [] : [ours]),
    { ruleType: 'NetworkRule', name: 'theirs', destinationAddresses: ['10.9.0.0/16'], [protocols]: ['Any'] },
  ];
}

function group(entries?: readonly string[], mark?: string) {
  return {
    properties: {
      priority: 300,
      ruleCollections: [
        { ruleCollectionType: 'FirewallPolicyTeleportCollection', name: 'beam', unknown: { deep: [1] } },
        {
          ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
          name: 'allow',
          priority: 100,
          action: { type: 'Allow' },
          rules: rules(entries, mark, 'ipProtocols'),
        },
      ],
    },
  };
}

function firewall(entries?: readonly string[], mark?: string) {
  return {
    location: 'westus',
    properties: {
      sku: { name: 'AZFW_VNet', tier: 'Standard' },
      natRuleCollections: [{ name: 'nat', properties: { oddity: true } }],
      networkRuleCollections: [
        { name: 'other', properties: { rules: [{ name: 'acr', destinationAddresses: ['192.0.2.1'] }] } },
        {
          name: 'allow',
          id: `${FIREWALL}/networkRuleCollections/allow`,
          properties: { priority: 100, action: { type: 'Allow' }, rules: rules(entries, mark, 'protocols') },
        },
      ],
    },
  };
}

/** The rules of the collection called allow, of either kind. */
function rulesIn(raw: unknown): readonly Record<string, unknown>[] {
  const { properties } = raw as { properties: Record<string, unknown> };
  const collections = (properties.ruleCollections ?? properties.networkRuleCollections) as readonly Raw[];
  const allow = collections.find(({ name }) => name === 'allow') as unknown as Record<string, unknown>;
  return (allow.rules ?? (allow.properties as Record<string, unknown>).rules ?? []) as Record<string, unknown>[];
}

const entriesIn = (raw: unknown) =>
  rulesIn(raw).find(({ name }) => name === 'acr')?.destinationAddresses as readonly string[];

const changeTo = (make: (entries?: readonly string[], mark?: string) => Raw) => (entries: readonly string[]) => {
  const { properties } = make(entries, MARK) as { properties: Record<string, unknown> };
  const field = 'ruleCollections' in properties ? 'ruleCollections' : 'networkRuleCollections';
  return { properties: { [field]: properties[field] } };
};

const kinds = [
  {
    definition: firewallPolicy as unknown as TargetDefinition,
    config: { ...place, policy: 'hub', ruleCollectionGroup: 'apps' },
    id: RULES,
    make: group,
    empty: { [POLICY]: { location: 'westus', properties: {} }, [RULES]: group() },
    owner: POLICY,
  },
  {
    definition: azureFirewall as unknown as TargetDefinition,
    config: { ...place, firewall: 'branch' },
    id: FIREWALL,
    make: firewall,
    empty: { [FIREWALL]: firewall() },
    owner: FIREWALL,
  },
] as const;

const idle = new AbortController().signal;

for (const kind of kinds) {
  const { definition, id, make } = kind;
  describeTarget(definition.kind, {
    definition,
    config: kind.config,
    surroundings: kind.empty,
    family: 'ipv4',
    idOf: () => id,
    seed: (entries, mark) => make(entries, mark),
    changeTo: changeTo(make),
    entriesIn,
    prefixes: ['13.64.0.0/16', '20.33.0.0/24', '40.64.128.0/18', '52.0.0.0/8', '104.40.0.0/17'],
    unitPath: id.slice(NETWORK.length),
  });

  describe(definition.kind, () => {
    async function withArm(run: (arm: TestArm) => Promise<void>): Promise<void> {
      const arm = await startArm();
      try {
        await arm.seed(kind.empty);
        await run(arm);
      } finally {
        await arm.close();
      }
    }

    const parse = (change: object = {}) => definition.schema.parse({ ...kind.config, ...change });
    const open = (arm: TestArm, change: object = {}) =>
      definition.open(parse(change), {
        mark: MARK,
        cloud: 'Public',
        armEndpoint: arm.url,
        pace: arm.pace,
        log: () => {},
      });

    it('sends back everything that it does not know, and nothing that only Azure writes', async () => {
      await withArm(async (arm) => {
        await arm.seed({ [id]: make(['10.0.0.0/8'], MARK) });
        const target = await open(arm);
        const version = (await target.read(idle)).units[0]?.version ?? '';
        const entries = ['11.0.0.0/8'];
        await target.write({ key: 'acr', family: 'ipv4', action: 'replace', entries, version }, idle);
        const put = (await arm.log()).find(({ method }) => method === 'PUT');
        expect(put?.body).toEqual(make(entries, MARK));
      });
    });

    it('creates the rule beside the others, and deletes it again', async () => {
      await withArm(async (arm) => {
        const target = await open(arm, { sources: ['10.0.0.0/8', '2001:db8::/32'], protocols: ['TCP', 'UDP'] });
        await target.write({ key: 'acr', family: 'ipv4', action: 'create', entries: ['11.0.0.0/8'] }, idle);
        const written = rulesIn(await arm.resource(id));
        expect(written.map(({ name }) => name)).toEqual(['unknown', 'theirs', 'acr']);
        expect(written.at(-1)).toMatchObject({
          description: `Kept in step with published Service Tags [service-tag-sync=${MARK}]`,
          sourceAddresses: ['10.0.0.0/8'],
          destinationAddresses: ['11.0.0.0/8'],
          destinationPorts: ['443'],
        });
        const { units, behind } = await target.read(idle);
        expect(behind).toEqual([kind.owner]);
        const version = units[0]?.version ?? '';
        await target.write({ key: 'acr', family: 'ipv4', action: 'delete', entries: [], version }, idle);
        expect(await arm.resource(id)).toMatchObject({ properties: make().properties });
      });
    });

    it.each([
      ['a tag as destination', { destinationAddresses: ['Storage.WestUS'] }, 'got "Storage.WestUS"'],
      ['IP groups', { destinationIpGroups: ['/g'] }, 'got "/g"'],
      ['another family', { destinationAddresses: ['2001:db8::/32'] }, 'got "2001:db8::/32"'],
      ['more sources than the config says', { sourceAddresses: ['1.1.1.1', '2.2.2.2'] }, 'in the rule it costs 2'],
    ])('refuses a rule with %s', async (_, change, said) => {
      await withArm(async (arm) => {
        const list = rulesIn(make(['10.0.0.0/8'], MARK)).map((one) =>
          one.name === 'acr' ? { ...one, ...change } : one,
        );
        const text = JSON.stringify(make(['10.0.0.0/8'], MARK));
        const before = JSON.stringify(rulesIn(JSON.parse(text)));
        await arm.seed({ [id]: JSON.parse(text.replace(before, JSON.stringify(list))) });
        const { problems } = await (await open(arm)).read(idle);
        expect(problems.map((problem) => problem.text).join()).toContain(said);
      });
    });

    it('refuses a collection that denies, and says which one is missing', async () => {
      await withArm(async (arm) => {
        for (const entries of [['10.0.0.0/8'], undefined]) {
          const text = JSON.stringify(make(entries, MARK)).replace('"Allow"', '"Deny"');
          await arm.seed({ [id]: JSON.parse(text) });
          expect((await (await open(arm)).read(idle)).problems).toMatchObject([{ code: 'rule-differs' }]);
        }
        await expect((await open(arm, { collection: 'none' })).read(idle)).rejects.toMatchObject({
          kind: 'invalid',
          message: expect.stringContaining('has no network rule collection none'),
        });
        await arm.seed({ [id]: null });
        await expect((await open(arm)).read(idle)).rejects.toMatchObject({ kind: 'invalid' });
      });
    });

    it('reckons the room of a rule from what each prefix costs', () => {
      const room = (change: object) => definition.layout(parse(change)).entriesPerUnit;
      expect(room({})).toBe(20_000);
      expect(room({ protocols: ['TCP', 'UDP'], sources: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] })).toBe(
        3_333,
      );
      expect(room({ ports: Array.from({ length: 15 }, (_, i) => `${i + 1}`) })).toBe(10_000);
      expect(room({ maxCombinations: 500 })).toBe(500);
    });
  });
}

describe('firewall-policy', () => {
  it('is content when Azure answers an unchanged write with null', async () => {
    const arm = await startArm();
    try {
      await arm.seed({ [POLICY]: { location: 'westus', properties: {} }, [RULES]: group(['10.0.0.0/8'], MARK) });
      const config = firewallPolicy.schema.parse(kinds[0].config) as Parameters<typeof firewallPolicy.open>[0];
      const context = { mark: MARK, cloud: 'Public', armEndpoint: arm.url, pace: arm.pace, log: () => {} };
      const target = await firewallPolicy.open(config, context);
      const version = (await target.read(idle)).units[0]?.version ?? '';
      // Somebody makes the same change just before ours arrives.
      const put = { method: 'PUT', pathIncludes: '/ruleCollectionGroups/apps' };
      const merge = changeTo(group)(['11.0.0.0/8']);
      await arm.fail([{ match: put, effect: { foreign: { id: RULES, merge } } }]);
      await target.write({ key: 'acr', family: 'ipv4', action: 'replace', entries: ['11.0.0.0/8'], version }, idle);
      expect(await arm.writes()).toBe(1);
      expect((await target.read(idle)).units).toMatchObject([{ entries: ['11.0.0.0/8'], state: 'Succeeded' }]);
    } finally {
      await arm.close();
    }
  });

  it('writes IPv6 only where every firewall is a dual-stack one, in a rule of its own', () => {
    const of = (change: object) =>
      firewallPolicy.layout(
        firewallPolicy.schema.parse({ ...kinds[0].config, ...change }) as Parameters<typeof firewallPolicy.open>[0],
      );
    expect(of({}).families).toEqual(['ipv4']);
    const dual = of({ dualStack: true });
    expect(dual.families.map((family) => dual.unitKey(family, 0))).toEqual(['acr', 'acr-ipv6']);
    expect(dual.entriesPerUnit).toBe(10_000);
  });

  it('writes one policy or firewall at a time, whatever the case of its name', () => {
    const policy = { ...place, policy: 'hub', ruleCollectionGroup: 'apps' };
    const lane = (change: object) =>
      firewallPolicy.lane(
        firewallPolicy.schema.parse({ ...policy, ...change }) as Parameters<typeof firewallPolicy.open>[0],
      );
    expect(lane({ policy: 'HUB', ruleCollectionGroup: 'other' })).toBe(lane({}));
    expect(lane({ policy: 'spoke' })).not.toBe(lane({}));
  });
});
