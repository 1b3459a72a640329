import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LiveUnit, UnitChange } from '../../../src/core/plan/live.ts';
import type { Operations } from '../../../src/ports/operations.ts';
import type { Target } from '../../../src/ports/target.ts';
import { startArm, type TestArm } from '../../fakes/arm.ts';

import { openTestStore } from '../open-test-store.ts';
import { MARK } from './box.ts';
import type { ArmFixture } from './fixture.ts';

/** What every target in Azure promises its callers, over real HTTP through the real SDK. */
export function describeAdapter(name: string, fixture: ArmFixture): void {
  const [a, b, c, d, e] = fixture.entries;
  const config = fixture.definition.schema.parse(fixture.config);
  const key = fixture.definition.layout(config).unitKey(fixture.family, 0);
  const id = fixture.idOf(key);
  const idle = new AbortController().signal;

  describe(name, () => {
    let arm: TestArm;
    let target: Target;

    beforeAll(async () => {
      arm = await startArm();
      await (await openTestStore()).ensure();
    });
    afterAll(() => arm.close());
    beforeEach(async () => {
      await arm.reset();
      await arm.seed(fixture.surroundings);
      target = await open();
    });

    function open(pace: object = {}, operations?: Operations): Promise<Target> {
      return fixture.definition.open(config, {
        ...(operations === undefined ? {} : { operations }),
        mark: MARK,
        cloud: 'Public',
        armEndpoint: arm.url,
        pace: { ...arm.pace, ...pace },
        log: () => {},
      });
    }

    async function unit(): Promise<LiveUnit> {
      const { units } = await target.read(idle);
      const found = units.find((one) => one.key === key);
      if (found === undefined) throw new Error(`no unit ${key}`);
      return found;
    }

    function creation(entries: readonly string[]): UnitChange {
      return { key, family: fixture.family, action: 'create', entries };
    }

    async function replacement(entries: readonly string[]): Promise<UnitChange> {
      const { version } = await unit();
      const change = { key, family: fixture.family, action: 'replace', entries } as const;
      return version === undefined ? change : { ...change, version };
    }

    async function stored(): Promise<readonly string[]> {
      return fixture.entriesIn(await arm.resource(id));
    }

    /** A unit of ours that holds a and b, and the change to a and c, planned on it. */
    async function planned(): Promise<UnitChange> {
      await arm.seed({ [id]: fixture.seed([a, b], MARK) });
      const change = await replacement([a, c]);
      await arm.clearLog();
      return change;
    }

    const onWrite = { method: fixture.writeMethod ?? 'PUT', pathIncludes: fixture.unitPath };

    it('reads an unchanged target with one request and writes nothing', async () => {
      await arm.seed({ [id]: fixture.seed([a, b], MARK) });
      expect((await unit()).entries).toEqual([a, b]);
      expect((await arm.log()).map(({ method }) => method)).toEqual(['GET']);
      expect(target.writes).toBe(0);
    });

    it('replaces entries with one write and keeps the order given', async () => {
      await target.write(await planned(), idle);
      expect(await stored()).toEqual([a, c]);
      expect((await unit()).entries).toEqual([a, c]);
      expect(await arm.writes()).toBe(1);
      expect(target.writes).toBe(1);
    });

    it('gives the same version for the same content and another one for other content', async () => {
      const change = await planned();
      expect((await unit()).version).toBe(change.version);
      await target.write(change, idle);
      expect((await unit()).version).not.toBe(change.version);
    });

    it('makes the same change twice with one write', async () => {
      const change = await planned();
      await target.write(change, idle);
      await target.write(change, idle);
      await (await open()).write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(await arm.writes()).toBe(1);
    });

    it('refuses to write over a change made after the read', async () => {
      const change = await planned();
      await arm.change(id, fixture.changeTo([a, b, d], MARK));
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
      expect(await stored()).toEqual([a, b, d]);
      expect(await arm.writes()).toBe(0);
    });

    it('ends well, without a second write, when the answer to a write is lost', async () => {
      const change = await planned();
      await arm.fail([{ match: onWrite, effect: { drop: 'after' } }]);
      await target.write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(await arm.writes()).toBe(1);
    });

    it('writes again when the request itself was lost', async () => {
      const change = await planned();
      await arm.fail([{ match: onWrite, effect: { drop: 'before' } }]);
      await target.write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(target.writes).toBe(2);
    });

    it('does not overwrite what somebody changed while a lost write was tried again', async () => {
      const change = await planned();
      await arm.fail([
        { match: onWrite, effect: { drop: 'before', foreign: { id, merge: fixture.changeTo([a, b, e], MARK) } } },
      ]);
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
      expect(await stored()).toEqual([a, b, e]);
    });

    it.each([
      ['Failed', 'IpGroupsUpdateFailed', 'failed-state'],
      ['Failed', 'AnUnknownCode', 'failed-state'],
      ['Failed', 'AnotherOperationInProgress', 'superseded'],
      ['Canceled', 'CanceledAndSupersededDueToAnotherOperation', 'superseded'],
      ['Canceled', 'Canceled', 'superseded'],
    ])('says what Azure said of an operation that ended %s with %s', async (operation, code, kind) => {
      const change = await planned();
      await arm.fail([{ match: onWrite, effect: { operation, code, message: 'Something gave way.' } }]);
      const failure = await failureOf(target.write(change, idle));
      expect(failure).toMatchObject({ kind, code });
      expect(failure.message).toContain(key);
      expect(failure.message).toContain('Something gave way');
      expect(await arm.writes()).toBe(1);
    });

    it('reports a unit in state Failed as a problem', async () => {
      await arm.seed({ [id]: failedState(fixture.seed([a, b], MARK)) });
      const { units, problems } = await target.read(idle);
      expect(units).toMatchObject([{ state: 'Failed', entries: [a, b] }]);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.text).toContain(key);
    });

    it.each([
      [
        403,
        'AuthorizationFailed',
        "The client 'x' with object id 'x' does not have authorization to perform action 'Microsoft.Network/thing/write' over scope '/subscriptions/s' or the scope is invalid.",
        'forbidden',
        'lacks Microsoft.Network/thing/write on /subscriptions/s',
      ],
      [
        403,
        'RequestDisallowedByPolicy',
        'Resource \'r\' was disallowed by policy. Policy identifiers: \'[{"policyAssignment":{"name":"only-from-bicep","id":"/x"}}]\'.',
        'policy',
        'only-from-bicep',
      ],
      [400, 'SecurityRuleInvalidAddressPrefix', 'Bad prefix.', 'invalid', 'Bad prefix'],
      [412, 'PreconditionFailed', 'Precondition failed.', 'conflict', 'plan again'],
    ])('never retries %i %s', async (status, code, message, kind, said) => {
      const change = await planned();
      await arm.fail([{ match: onWrite, times: 100, effect: { status, code, message } }]);
      const failure = await failureOf(target.write(change, idle));
      expect(failure).toMatchObject({ kind, code, status });
      expect(failure.message).toContain(said);
      expect(failure.message).toContain(key);
      expect(await arm.writes()).toBe(1);
      expect(await stored()).toEqual([a, b]);
    });

    it('never retries what a lock forbids, and names the lock', async () => {
      const change = await planned();
      await arm.lock(id);
      const failure = await failureOf(target.write(change, idle));
      expect(failure).toMatchObject({ kind: 'locked', code: 'ScopeLocked' });
      expect(failure.message).toContain(`(${id})`);
      expect(await arm.writes()).toBe(1);
    });

    it('waits as long as a throttled answer asks', async () => {
      const change = await planned();
      const headers = { 'Retry-After': '37' };
      await arm.fail([{ match: onWrite, effect: { status: 429, code: 'SubscriptionRequestsThrottled', headers } }]);
      await target.write(change, idle);
      expect(arm.slept).toContain(37_000);
      expect(await stored()).toEqual([a, c]);
    });

    it('gives up at once when asked to wait longer than its budget', async () => {
      const change = await planned();
      const hasty = await open({ budgetMs: 10_000 });
      await arm.fail([
        {
          match: onWrite,
          times: 9,
          effect: { status: 429, code: 'TooManyRequests', headers: { 'Retry-After': '37' } },
        },
      ]);
      await expect(hasty.write(change, idle)).rejects.toMatchObject({ kind: 'throttled' });
      expect(arm.slept).toEqual([]);
      expect(await arm.writes()).toBe(1);
    });

    it.each([
      [409, 'AnotherOperationInProgress'],
      [429, 'RetryableErrorDueToAnotherOperation'],
      [503, 'ServiceUnavailable'],
    ])('waits out %i %s', async (status, code) => {
      const change = await planned();
      await arm.fail([{ match: onWrite, times: 2, effect: { status, code } }]);
      await target.write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(target.writes).toBe(3);
      expect(arm.slept).toEqual([375, 750]);
    });

    it('stops waiting for a busy resource when its budget is used up', async () => {
      const change = await planned();
      await arm.fail([{ match: onWrite, times: 1000, effect: { status: 409, code: 'AnotherOperationInProgress' } }]);
      const hasty = await open({ budgetMs: 3_000 });
      await expect(hasty.write(change, idle)).rejects.toMatchObject({ kind: 'busy' });
      expect(arm.slept).toEqual([375, 750, 1500]);
    });

    it('polls on when a look at the operation fails, and never writes twice', async () => {
      const change = await planned();
      await arm.fail([{ match: { method: 'GET', pathIncludes: '/operations/' }, times: 2, effect: { status: 500 } }]);
      await target.write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(await arm.writes()).toBe(1);
    });

    it('tries a read again when the connection breaks', async () => {
      await arm.seed({ [id]: fixture.seed([a, b], MARK) });
      await arm.fail([{ match: { method: 'GET' }, times: 2, effect: { drop: 'before' } }]);
      expect((await unit()).entries).toEqual([a, b]);
    });

    it.each([
      [500, 'InternalServerError', 'transient'],
      [200, 'Odd', 'unreadable'],
      [404, 'SubscriptionNotFound', 'invalid'],
      [401, 'InvalidAuthenticationToken', 'forbidden'],
    ])('never takes an answer %i %s for an empty list', async (status, code, kind) => {
      await arm.seed({ [id]: fixture.seed([a, b], MARK) });
      await arm.fail([{ match: { method: 'GET' }, times: 1000, effect: { status, code } }]);
      await expect(target.read(idle)).rejects.toMatchObject({ name: 'ArmError', kind });
    });

    it('never writes on the word of an answer that makes no sense', async () => {
      const change = await planned();
      await arm.fail([{ match: { method: 'GET', pathIncludes: fixture.unitPath }, times: 9, effect: { status: 200 } }]);
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'unreadable' });
      expect(await arm.writes()).toBe(0);
    });

    it('keeps every field it does not know, changed or not since the read', async () => {
      const seed = fixture.seed([a, b], MARK);
      const properties = { ...seed.properties, futureSetting: { level: 3, on: [true] } };
      await arm.seed({ [id]: { ...seed, properties, zones: ['1'] } });
      const change = await replacement([a, c]);
      await arm.change(id, { properties: { addedSince: 'x' } });
      await target.write(change, idle);
      expect(await arm.resource(id)).toMatchObject({
        zones: ['1'],
        properties: { futureSetting: { level: 3, on: [true] }, addedSince: 'x' },
      });
      expect(await stored()).toEqual([a, c]);
    });

    it('waits for an operation under way before it believes what it reads', async () => {
      const seed = fixture.seed([a], MARK);
      await arm.seed({ [id]: { ...seed, properties: { ...seed.properties, provisioningState: 'Updating' } } });
      const { properties } = fixture.changeTo([a, b], MARK);
      const done = { properties: { ...properties, provisioningState: 'Succeeded' } };
      await arm.fail([{ match: { method: 'GET', nth: 3 }, effect: { foreign: { id, merge: done } } }]);
      expect(await unit()).toMatchObject({ state: 'Succeeded', entries: [a, b] });
    });

    it('waits for an operation under way before it writes', async () => {
      const change = await planned();
      await arm.change(id, { properties: { provisioningState: 'Updating' } });
      const merge = { properties: { provisioningState: 'Succeeded' } };
      const onGet = { method: 'GET', pathIncludes: fixture.unitPath, nth: 3 };
      await arm.fail([{ match: onGet, effect: { foreign: { id, merge } } }]);
      await target.write(change, idle);
      expect(await stored()).toEqual([a, c]);
      expect(arm.slept).toEqual([375, 750]);
    });

    it('writes again what is as planned but in state Failed', async () => {
      await arm.seed({ [id]: failedState(fixture.seed([a, b], MARK)) });
      await target.write(await replacement([a, b]), idle);
      expect(await unit()).toMatchObject({ state: 'Succeeded', entries: [a, b] });
      expect(await arm.writes()).toBe(1);
    });

    it('is not content with an operation that succeeded if the resource did not', async () => {
      const change = await planned();
      const merge = { properties: { provisioningState: 'Failed' } };
      // The look before the write is the first; the next one is the write's own last, or the reading back.
      const onGet = { method: 'GET', pathIncludes: fixture.lookPath ?? fixture.unitPath, nth: 2 };
      await arm.fail([{ match: onGet, effect: { foreign: { id, merge } } }]);
      const stateRead = async () => {
        await target.write(change, idle);
        return (await unit()).state;
      };
      const said = await stateRead().catch((error: unknown) => error);
      if (said instanceof Error) expect(said).toMatchObject({ kind: 'failed-state' });
      else expect(said).toBe('Failed');
      expect(await arm.writes()).toBe(1);
    });

    it('gives up on a resource that stays Updating', async () => {
      const seed = fixture.seed([a], MARK);
      await arm.seed({ [id]: { ...seed, properties: { ...seed.properties, provisioningState: 'Updating' } } });
      await expect(target.read(idle)).rejects.toMatchObject({ kind: 'busy' });
    });

    it('sends nothing once it is aborted', async () => {
      const change = await planned();
      const reason = new Error('lease lost');
      const aborted = AbortSignal.abort(reason);
      await expect(target.write(change, aborted)).rejects.toBe(reason);
      await expect(target.read(aborted)).rejects.toBe(reason);
      expect(await arm.log()).toEqual([]);
    });

    it('stops polling as soon as it is aborted', async () => {
      const change = await planned();
      const patient = await open({ pollMs: 600_000 });
      arm.stopClock();
      const abort = new AbortController();
      const reason = new Error('lease lost');
      const writing = patient.write(change, abort.signal);
      const polled = async () => (await arm.log()).some(({ path }) => path.includes('/operations/'));
      while (!(await polled())) await Promise.race([writing, Promise.resolve()]);
      abort.abort(reason);
      await expect(writing).rejects.toBe(reason);
      expect(await arm.writes()).toBe(1);
    });

    describe('an operation whose worker died', () => {
      /** Writes until the operation is under way, then dies; gives what the next worker is opened with. */
      async function died(change: UnitChange): Promise<Operations> {
        const operations = (await openTestStore()).operationsOf('box');
        const doomed = await open({ pollMs: 600_000 }, operations);
        arm.stopClock();
        const death = new AbortController();
        const writing = doomed.write(change, death.signal);
        const polled = async () => (await arm.log()).some(({ path }) => path.includes('/operations/'));
        while (!(await polled())) await Promise.race([writing, Promise.resolve()]);
        death.abort(new Error('killed'));
        await expect(writing).rejects.toThrow('killed');
        expect(await operations.open()).toHaveLength(1);
        return operations;
      }

      it('is waited for by the next one, and never begun again', async () => {
        const change = await planned();
        const operations = await died(change);
        const next = await open({ sleep: async () => arm.startClock() }, operations);
        await next.resume?.(idle);
        expect(await stored()).toEqual([a, c]);
        expect(await operations.open()).toEqual([]);
        await next.write(change, idle);
        expect(await arm.writes()).toBe(1);
      });

      it('tells the next one why it failed', async () => {
        const change = await planned();
        await arm.fail([
          { match: onWrite, effect: { operation: 'Failed', code: 'SomethingFailed', message: 'It gave way.' } },
        ]);
        const operations = await died(change);
        arm.startClock();
        const next = await open({}, operations);
        const failure = await failureOf(next.resume?.(idle) ?? Promise.resolve());
        expect(failure).toMatchObject({ kind: 'failed-state', code: 'SomethingFailed' });
        expect(failure.message).toContain('It gave way');
        expect(await operations.open()).toEqual([]);
        await next.resume?.(idle);
        expect(await arm.writes()).toBe(1);
      });

      it('is forgotten where Azure forgot it', async () => {
        const change = await planned();
        const operations = await died(change);
        arm.startClock();
        await arm.fail([
          { match: { pathIncludes: '/operations/' }, times: 9, effect: { status: 404, code: 'OperationNotFound' } },
        ]);
        await (await open({}, operations)).resume?.(idle);
        expect(await operations.open()).toEqual([]);
      });
    });

    // A shared list is there before us, and has no room for a mark.
    if (fixture.definition.shared) return;

    it('reads what does not exist as no unit', async () => {
      expect(await target.read(idle)).toMatchObject({ units: [], problems: [] });
    });

    it('creates a unit with its mark and reads it back', async () => {
      await target.write(creation([a, b]), idle);
      const { units, problems } = await target.read(idle);
      expect(problems).toEqual([]);
      expect(units).toMatchObject([{ key, family: fixture.family, mark: MARK, state: 'Succeeded' }]);
      expect([...(units[0]?.entries ?? [])].sort()).toEqual([a, b].sort());
      expect(target.writes).toBe(1);
    });

    it('refuses to create what somebody made meanwhile', async () => {
      await target.read(idle);
      await arm.seed({ [id]: fixture.seed([d, e]) });
      await expect(target.write(creation([a]), idle)).rejects.toMatchObject({ kind: 'conflict' });
      expect(await stored()).toEqual([d, e]);
    });

    it('refuses to replace what somebody removed meanwhile', async () => {
      const change = await planned();
      await arm.seed({ [id]: null });
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
      expect(await arm.resource(id)).toBeUndefined();
    });

    it('reports no mark where there is none, and sets ours when it writes', async () => {
      await arm.seed({ [id]: fixture.seed([a, b]) });
      expect((await unit()).mark).toBeUndefined();
      await target.write(await replacement([a, b]), idle);
      expect(await unit()).toMatchObject({ mark: MARK, entries: [a, b] });
    });

    it("reports another instance's mark and never writes over it", async () => {
      await arm.seed({ [id]: fixture.seed([a, b], 'other/box') });
      expect((await unit()).mark).toBe('other/box');
      const change = await replacement([a, c]);
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'conflict' });
      expect(await stored()).toEqual([a, b]);
    });
  });
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected a failure');
}

function failedState<T extends { readonly properties: object }>(seed: T): T {
  return { ...seed, properties: { ...seed.properties, provisioningState: 'Failed' } };
}
