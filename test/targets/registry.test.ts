import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UnitChange } from '../../src/core/plan/live.ts';
import type { Target } from '../../src/ports/target.ts';
import { registry } from '../../src/targets/registry.ts';
import { ipRule, REGISTRY, REGISTRY_CONFIG, registryFixture, restricted } from '../contract/kinds/registry.ts';
import { MARK } from '../contract/target/box.ts';
import { describeContract } from '../contract/target/contract.ts';
import { contextOn, startArm, type TestArm } from '../support/arm.ts';

const config = registry.schema.parse(REGISTRY_CONFIG) as Parameters<typeof registry.open>[0];
const idle = new AbortController().signal;

const theirs = { action: 'Allow', value: '198.51.100.7', comment: 'the office' };

describeContract('registry', registryFixture);

describe('registry', () => {
  let arm: TestArm;
  let target: Target;

  beforeAll(async () => {
    arm = await startArm();
  });
  afterAll(() => arm.close());
  beforeEach(async () => {
    await arm.reset();
    await arm.seed({ [REGISTRY]: restricted([theirs, ipRule('10.0.0.0/8')]) });
    target = await registry.open(config, contextOn(arm, MARK));
  });

  async function replacement(entries: readonly string[]): Promise<UnitChange> {
    const { units } = await target.read(idle);
    await arm.clearLog();
    return { key: 'contoso', family: 'ipv4', action: 'replace', entries, version: units[0]?.version ?? '' };
  }
  const ruleSet = async () =>
    ((await arm.resource(REGISTRY)) as { properties: { networkRuleSet: { ipRules: object[] } } }).properties
      .networkRuleSet;

  it('reads its rules with two requests, without a mark', async () => {
    expect(await target.read(idle)).toEqual({
      units: [
        {
          key: 'contoso',
          family: 'ipv4',
          entries: ['198.51.100.7', '10.0.0.0/8'],
          version: expect.any(String),
          state: 'Succeeded',
        },
      ],
      problems: [],
    });
    expect(await arm.log()).toMatchObject([
      { path: REGISTRY, apiVersion: '2025-11-01' },
      { path: REGISTRY, apiVersion: '2021-08-01-preview' },
    ]);
  });

  it('changes only the rules, keeps what it does not know, and looks once more after some seconds', async () => {
    const change = await replacement(['198.51.100.7', '11.0.0.0/8']);
    await target.write(change, idle);
    const reads = (await arm.log()).filter(({ method, path }) => method === 'GET' && path === REGISTRY);
    expect(reads).toHaveLength(3);
    expect(arm.slept).toContain(5_000);
    // Nothing comes between the reading that the list is made of and the write.
    const sent = (await arm.log()).map(({ method, apiVersion }) => `${method} ${apiVersion}`);
    expect(sent[sent.indexOf('PATCH 2025-11-01') - 1]).toBe('GET 2025-11-01');
    expect(await ruleSet()).toEqual({
      defaultAction: 'Deny',
      ipRules: [theirs, ipRule('11.0.0.0/8')],
      futureRules: [1],
    });
    expect(await arm.resource(REGISTRY)).toMatchObject({
      tags: { team: 'apps' },
      properties: { adminUserEnabled: false },
    });
    expect(target.writes).toBe(1);
    await target.write(change, idle);
    expect(target.writes).toBe(1);
  });

  it.each([
    [{ sku: 'Basic' }, 'no-effect-sku'],
    [{ access: 'Disabled' }, 'no-effect-access'],
    [{ action: 'Allow' }, 'no-effect-default'],
  ])('says that rules have no effect with %o, and writes none', async (how, code) => {
    await arm.seed({ [REGISTRY]: restricted([], how) });
    const change = await replacement(['11.0.0.0/8']);
    expect((await target.read(idle)).problems).toMatchObject([{ code }]);
    await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await arm.writes()).toBe(0);
  });

  it.each([
    [
      [{ action: 'Allow', virtualNetworkSubnetResourceId: '/subscriptions/s/subnets/a' }, { id: '/s/b' }],
      'subnets/a, /s/b',
    ],
    [{ odd: true }, 'in a form that is not known'],
  ])('refuses a registry with virtual network rules %o, whatever the stable version shows', async (rules, said) => {
    const seed = restricted([theirs]);
    const networkRuleSet = { ...seed.properties.networkRuleSet, virtualNetworkRules: rules };
    await arm.seed({ [REGISTRY]: { ...seed, properties: { ...seed.properties, networkRuleSet } } });
    expect((await target.read(idle)).problems).toMatchObject([
      { code: 'virtual-network-rules', text: expect.stringContaining(said) },
    ]);
  });

  it('does not take a version that is not served for none, and asks nothing where the config says none', async () => {
    const gone = { status: 400, code: 'NoRegisteredProviderFound', message: 'No registered resource provider found.' };
    await arm.fail([{ match: { method: 'GET', pathIncludes: '/registries/', nth: 2 }, times: 9, effect: gone }]);
    expect((await target.read(idle)).problems).toMatchObject([
      { code: 'virtual-networks-unknown', next: expect.stringContaining('"virtualNetworkRules": "none"') },
    ]);
    await arm.fail([{ match: { pathIncludes: '/registries/', nth: 2 }, effect: { ...gone, code: 'SomethingElse' } }]);
    await expect(target.read(idle)).rejects.toMatchObject({ code: 'SomethingElse' });
    await arm.fail([]);
    await arm.clearLog();
    const vouched = await registry.open({ ...config, virtualNetworkRules: 'none' }, contextOn(arm, MARK));
    expect((await vouched.read(idle)).problems).toEqual([]);
    expect(await arm.log()).toHaveLength(1);
  });

  it('never creates a registry, nor leaves one without rules', async () => {
    for (const change of [
      { key: 'contoso', family: 'ipv4', action: 'create', entries: ['10.0.0.0/8'] },
      { key: 'contoso', family: 'ipv4', action: 'replace', entries: [] },
    ] as const) {
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'invalid' });
    }
    await arm.seed({ [REGISTRY]: null });
    await expect(target.read(idle)).rejects.toMatchObject({ status: 404 });
  });
});
