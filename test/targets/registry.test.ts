import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UnitChange } from '../../src/core/plan/live.ts';
import type { Target } from '../../src/ports/target.ts';
import { registry } from '../../src/targets/registry.ts';
import { startArm, type TestArm } from '../fakes/arm.ts';

const CONFIG = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'apps',
  registry: 'contoso',
};
const ID = `/subscriptions/${CONFIG.subscriptionId}/resourceGroups/apps/providers/Microsoft.ContainerRegistry/registries/contoso`;
const config = registry.schema.parse(CONFIG) as Parameters<typeof registry.open>[0];
const idle = new AbortController().signal;

const theirs = { action: 'Allow', value: '198.51.100.7', comment: 'the office' };
const rule = (value: string) => ({ action: 'Allow', value });

function seed(
  rules: readonly object[],
  change: { sku?: string; access?: string; action?: string; state?: string } = {},
) {
  const { sku = 'Premium', access = 'Enabled', action = 'Deny', state = 'Succeeded' } = change;
  return {
    location: 'westus',
    sku: { name: sku },
    tags: { team: 'apps' },
    properties: {
      provisioningState: state,
      adminUserEnabled: false,
      publicNetworkAccess: access,
      networkRuleSet: { defaultAction: action, ipRules: rules, futureRules: [1] },
    },
  };
}

describe('registry', () => {
  let arm: TestArm;
  let target: Target;

  beforeAll(async () => {
    arm = await startArm();
  });
  afterAll(() => arm.close());
  beforeEach(async () => {
    await arm.reset();
    await arm.seed({ [ID]: seed([theirs, rule('10.0.0.0/8')]) });
    target = await registry.open(config, {
      mark: 'test/acr',
      cloud: 'Public',
      armEndpoint: arm.url,
      pace: arm.pace,
      log: () => {},
    });
  });

  async function replacement(entries: readonly string[]): Promise<UnitChange> {
    const { units } = await target.read(idle);
    await arm.clearLog();
    return { key: 'contoso', family: 'ipv4', action: 'replace', entries, version: units[0]?.version ?? '' };
  }
  const ruleSet = async () =>
    ((await arm.resource(ID)) as { properties: { networkRuleSet: { ipRules: object[] } } }).properties.networkRuleSet;
  const onPatch = { method: 'PATCH', pathIncludes: '/registries/' };

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
    const reads = (await arm.log()).filter(({ method, path }) => method === 'GET' && path === ID);
    expect(reads).toHaveLength(2);
    expect(await ruleSet()).toEqual({ defaultAction: 'Deny', ipRules: [theirs, rule('11.0.0.0/8')], futureRules: [1] });
    expect(await arm.resource(ID)).toMatchObject({ tags: { team: 'apps' }, properties: { adminUserEnabled: false } });
    expect(target.writes).toBe(1);
    await target.write(change, idle);
    expect(target.writes).toBe(1);
  });

  it.each([
    [{ sku: 'Basic' }, 'no-effect-sku'],
    [{ access: 'Disabled' }, 'no-effect-access'],
    [{ action: 'Allow' }, 'no-effect-default'],
    [{ state: 'Failed' }, 'registry-failed'],
  ])('says that rules have no effect with %o, and writes none', async (how, code) => {
    await arm.seed({ [ID]: seed([], how) });
    const change = await replacement(['11.0.0.0/8']);
    expect((await target.read(idle)).problems).toMatchObject([{ code }]);
    await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await arm.writes()).toBe(0);
  });

  it('refuses to write over a change made after the read', async () => {
    const change = await replacement(['11.0.0.0/8']);
    await arm.change(ID, { properties: { networkRuleSet: { ipRules: [theirs] } } });
    await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await arm.writes()).toBe(0);
  });

  it('ends well, without a second write, when the answer to a write is lost', async () => {
    const change = await replacement(['198.51.100.7', '11.0.0.0/8']);
    await arm.fail([{ match: onPatch, effect: { drop: 'after' } }]);
    await target.write(change, idle);
    expect(await arm.writes()).toBe(1);
    expect((await ruleSet()).ipRules).toEqual([theirs, rule('11.0.0.0/8')]);
  });

  it.each([
    ['Failed', 'SomethingFailed', 'failed-state'],
    ['Canceled', 'Canceled', 'superseded'],
  ])('says what Azure said of an operation that ended %s', async (operation, code, kind) => {
    const change = await replacement(['11.0.0.0/8']);
    await arm.fail([{ match: onPatch, effect: { operation, code, message: 'Something gave way.' } }]);
    await expect(target.write(change, idle)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining('Something gave way'),
    });
  });

  it('waits out a busy registry and never retries what is forbidden', async () => {
    const change = await replacement(['11.0.0.0/8']);
    await arm.fail([{ match: onPatch, times: 2, effect: { status: 409, code: 'AnotherOperationInProgress' } }]);
    await target.write(change, idle);
    expect(target.writes).toBe(3);
    const again = await replacement(['12.0.0.0/8']);
    await arm.fail([{ match: onPatch, times: 9, effect: { status: 403, code: 'AuthorizationFailed' } }]);
    await expect(target.write(again, idle)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await arm.writes()).toBe(1);
  });

  it('never creates a registry, nor leaves one without rules', async () => {
    for (const change of [
      { key: 'contoso', family: 'ipv4', action: 'create', entries: ['10.0.0.0/8'] },
      { key: 'contoso', family: 'ipv4', action: 'replace', entries: [] },
    ] as const) {
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'invalid' });
    }
    await arm.seed({ [ID]: null });
    await expect(target.read(idle)).rejects.toMatchObject({ status: 404 });
  });
});
