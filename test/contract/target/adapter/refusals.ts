import { expect, it } from 'vitest';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';
import { type AdapterUnderTest, failureOf } from './under-test.ts';

/** What Azure refuses, and what of it is tried again. */
export function testRefusals(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b, c] = fixture.entries;

  it.each([
    ['Failed', 'IpGroupsUpdateFailed', 'failed-state'],
    ['Failed', 'AnUnknownCode', 'failed-state'],
    ['Failed', 'AnotherOperationInProgress', 'superseded'],
    ['Canceled', 'CanceledAndSupersededDueToAnotherOperation', 'superseded'],
    ['Canceled', 'Canceled', 'superseded'],
  ])('says what Azure said of an operation that ended %s with %s', async (operation, code, kind) => {
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, effect: { operation, code, message: 'Something gave way.' } }]);
    const failure = await failureOf(on.target.write(change, on.idle));
    expect(failure).toMatchObject({ kind, code });
    expect(failure.message).toContain(on.key);
    expect(failure.message).toContain('Something gave way');
    expect(await on.arm.writes()).toBe(1);
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
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, times: 100, effect: { status, code, message } }]);
    const failure = await failureOf(on.target.write(change, on.idle));
    expect(failure).toMatchObject({ kind, code, status });
    expect(failure.message).toContain(said);
    expect(failure.message).toContain(on.key);
    expect(await on.arm.writes()).toBe(1);
    expect(await on.stored()).toEqual([a, b]);
  });

  it('never retries what a lock forbids, and names the lock', async () => {
    const change = await on.planned();
    await on.arm.lock(on.id);
    const failure = await failureOf(on.target.write(change, on.idle));
    expect(failure).toMatchObject({ kind: 'locked', code: 'ScopeLocked' });
    expect(failure.message).toContain(`(${on.id})`);
    expect(await on.arm.writes()).toBe(1);
  });

  it('waits as long as a throttled answer asks', async () => {
    const change = await on.planned();
    const headers = { 'Retry-After': '37' };
    await on.arm.fail([{ match: on.onWrite, effect: { status: 429, code: 'SubscriptionRequestsThrottled', headers } }]);
    await on.target.write(change, on.idle);
    expect(on.arm.slept).toContain(37_000);
    expect(await on.stored()).toEqual([a, c]);
  });

  it('gives up at once when asked to wait longer than its budget', async () => {
    const change = await on.planned();
    const hasty = await on.open({ budgetMs: 10_000 });
    await on.arm.fail([
      {
        match: on.onWrite,
        times: 9,
        effect: { status: 429, code: 'TooManyRequests', headers: { 'Retry-After': '37' } },
      },
    ]);
    await expect(hasty.write(change, on.idle)).rejects.toMatchObject({ kind: 'throttled' });
    expect(on.arm.slept).toEqual([]);
    expect(await on.arm.writes()).toBe(1);
  });

  it.each([
    [409, 'AnotherOperationInProgress'],
    [429, 'RetryableErrorDueToAnotherOperation'],
    [503, 'ServiceUnavailable'],
  ])('waits out %i %s', async (status, code) => {
    const change = await on.planned();
    await on.arm.fail([{ match: on.onWrite, times: 2, effect: { status, code } }]);
    await on.target.write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(on.target.writes).toBe(3);
    expect(on.arm.slept).toEqual([375, 750, ...(fixture.looksAgain ? [on.arm.pace.lookAgainMs] : [])]);
  });

  it('stops waiting for a busy resource when its budget is used up', async () => {
    const change = await on.planned();
    await on.arm.fail([
      { match: on.onWrite, times: 1000, effect: { status: 409, code: 'AnotherOperationInProgress' } },
    ]);
    const hasty = await on.open({ budgetMs: 3_000 });
    await expect(hasty.write(change, on.idle)).rejects.toMatchObject({ kind: 'busy' });
    expect(on.arm.slept).toEqual([375, 750, 1500]);
  });

  it('tries a read again when the connection breaks', async () => {
    await on.arm.seed({ [on.id]: fixture.seed([a, b], MARK) });
    await on.arm.fail([{ match: { method: 'GET' }, times: 2, effect: { drop: 'before' } }]);
    expect((await on.unit()).entries).toEqual([a, b]);
  });

  it.each([
    [500, 'InternalServerError', 'transient'],
    [200, 'Odd', 'unreadable'],
    [404, 'SubscriptionNotFound', 'invalid'],
    [401, 'InvalidAuthenticationToken', 'forbidden'],
  ])('never takes an answer %i %s for an empty list', async (status, code, kind) => {
    await on.arm.seed({ [on.id]: fixture.seed([a, b], MARK) });
    await on.arm.fail([{ match: { method: 'GET' }, times: 1000, effect: { status, code } }]);
    await expect(on.target.read(on.idle)).rejects.toMatchObject({ name: 'ArmError', kind });
  });

  it('never writes on the word of an answer that makes no sense', async () => {
    const change = await on.planned();
    await on.arm.fail([
      { match: { method: 'GET', pathIncludes: fixture.unitPath }, times: 9, effect: { status: 200 } },
    ]);
    await expect(on.target.write(change, on.idle)).rejects.toMatchObject({ kind: 'unreadable' });
    expect(await on.arm.writes()).toBe(0);
  });
}
