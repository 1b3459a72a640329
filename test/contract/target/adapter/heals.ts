import { expect, it } from 'vitest';
import type { Live } from '../../../../src/core/plan/live.ts';
import { openPreflight } from '../../../../src/run/plan-targets.ts';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';
import { type AdapterUnderTest, failedState, failureOf } from './under-test.ts';

/** What an operation that failed leaves behind, and the next write mends. */
export function testHeals(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b, c] = fixture.entries;

  it.each(['Failed', 'Canceled'])('writes again, once, what is as planned and was left %s', async (state) => {
    await on.arm.seed({ [on.id]: failedState(fixture.seed([a, b], MARK), state) });
    expect(await runSees(on)).toMatchObject({
      units: [{ state: 'Failed', entries: [a, b], repair: fixture.repair }],
      problems: [],
    });
    const change = await on.replacement([a, b]);
    await on.target.write(change, on.idle);
    await on.target.write(change, on.idle);
    const healed = await on.unit();
    expect(healed).toMatchObject({ state: 'Succeeded', entries: [a, b] });
    expect(healed.repair).toBeUndefined();
    expect(await on.arm.writes()).toBe(1);
  });

  it.each([
    ['Failed', 'InternalServerError'],
    ['Failed', 'IpGroupsUpdateFailed'],
    ['Failed', 'AnotherOperationInProgress'],
    ['Canceled', 'Canceled'],
  ])('gets over an operation that ended %s with %s', async (operation, code) => {
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, effect: { operation, code, alone: true } }]);
    const failure = await failureOf(on.target.write(change, on.idle));
    expect(failure).toMatchObject({ code });
    expect(failure.message).toContain('the next run writes it again');
    expect(await runSees(on)).toMatchObject({
      units: [{ state: 'Failed', entries: [a, c], repair: fixture.repair }],
      problems: [],
    });
    await on.target.write(await on.replacement([a, c]), on.idle);
    expect(await on.unit()).toMatchObject({ state: 'Succeeded', entries: [a, c] });
    expect(await on.arm.writes()).toBe(2);
  });

  testBroken(on, fixture);
}

/** The target with what was found behind it. */
async function runSees({ target, idle }: AdapterUnderTest): Promise<Live> {
  return openPreflight(idle)(target, await target.read(idle), undefined);
}

/** What is Failed behind a target forbids to write it. */
export function testBroken(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b] = fixture.entries;

  for (const { seed, code } of fixture.broken) {
    it(`writes nothing while ${Object.keys(seed).at(-1)?.split('/').slice(-2).join(' ')} behind it is Failed`, async () => {
      await on.arm.seed({ [on.id]: fixture.seed([a, b], MARK) });
      await on.arm.seed(seed);
      const { problems } = await runSees(on);
      expect(problems).toMatchObject([{ code, next: expect.stringMatching(/`az network [a-z ]+ update --name /) }]);
    });
  }
}
