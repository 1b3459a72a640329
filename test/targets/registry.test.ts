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

  it('reads its rules with one request, without a mark', async () => {
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
    expect(await arm.log()).toHaveLength(1);
  });

  it('changes only the rules, keeps what it does not know, and asks four times at most', async () => {
    const change = await replacement(['198.51.100.7', '11.0.0.0/8']);
    await target.write(change, idle);
    const reads = (await arm.log()).filter(({ method, path }) => method === 'GET' && path === REGISTRY);
    expect(reads).toHaveLength(2);
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
