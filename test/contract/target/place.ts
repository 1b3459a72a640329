import { pathOf } from '../../../src/azure/arm/resource-id.ts';
import type { World } from '../../support/world.ts';
import { BOX } from './box.ts';
import type { ArmFixture } from './fixture.ts';

/**
 * What can go wrong while a target is written.
 * - `lost answer`: the write takes effect, nobody hears of it.
 * - `failed`, `cancelled`: Azure accepts the write, its operation ends so, and what was there before is there again.
 * - `left failed`: each write is accepted, its operation ends Failed, and the resource stays in that state.
 * - `forbidden`, `throttled`: the write is answered so, for good or once.
 * - `locked`: a read-only lock on the resource.
 * - `unreadable`: every look is answered with something that makes no sense.
 */
export type Fault =
  | 'lost answer'
  | 'failed'
  | 'left failed'
  | 'cancelled'
  | 'forbidden'
  | 'throttled'
  | 'locked'
  | 'unreadable';

/** Where a target lives, as somebody who stands beside the service sees and changes it. */
export interface Place {
  /** Puts a list there before the service has seen it; with the mark of another target, if one is given. */
  put(entries: readonly string[], mark?: string): Promise<void>;
  /** Changes what the service has written, and nothing else of it. */
  change(entries: readonly string[]): Promise<void>;
  /** Takes everything out of what the service has written, as far as it can be empty; else takes it away. */
  empty(): Promise<void>;
  /** What the place holds now. */
  entries(): Promise<readonly string[]>;
  /** Write requests that reached the place since the last call. */
  writes(): Promise<number>;
  /** From now on, until it is healed. */
  fail(fault: Fault): Promise<void>;
  /** Ends the fault, and leaves what it left behind. */
  pass(): Promise<void>;
  /** Ends the fault, and repairs what it left behind. */
  heal(): Promise<void>;
  close?(): Promise<void>;
}

/** A place in the simulated ARM of this world, with everything around it that must exist. */
export async function armPlace(world: World, fixture: ArmFixture): Promise<Place> {
  const { definition, family } = fixture;
  const config = definition.schema.parse(fixture.config);
  const id = fixture.idOf(definition.layout(config).unitKey(family, 0));
  const ours = `${world.env.SERVICE_TAG_SYNC_QUEUES}/${BOX}`;
  const onWrite = { method: fixture.writeMethod ?? 'PUT', pathIncludes: fixture.unitPath };
  const operation = (ends: 'Failed' | 'Canceled', code: string) => ({
    match: onWrite,
    effect: { operation: ends, code, message: 'Something gave way.', revert: true },
  });
  const forbidden = {
    status: 403,
    code: 'AuthorizationFailed',
    message:
      "The client 'x' with object id 'x' does not have authorization to perform action 'Microsoft.Network/thing/write' over scope '/subscriptions/s' or the scope is invalid.",
  };
  const rules: Readonly<Record<Exclude<Fault, 'locked'>, object>> = {
    'lost answer': { match: onWrite, effect: { drop: 'after' } },
    failed: operation('Failed', 'SomethingFailed'),
    'left failed': {
      match: onWrite,
      times: 100,
      effect: { operation: 'Failed', code: 'InternalServerError', message: 'Something gave way.', alone: true },
    },
    cancelled: operation('Canceled', 'CanceledAndSupersededDueToAnotherOperation'),
    forbidden: { match: onWrite, times: 100, effect: forbidden },
    throttled: {
      match: onWrite,
      effect: { status: 429, code: 'TooManyRequests', headers: { 'Retry-After': '0' } },
    },
    unreadable: { match: { method: 'GET' }, times: 1_000, effect: { status: 200, code: 'Odd' } },
  };

  async function raw(): Promise<unknown> {
    const answer = await fetch(`${world.arm}${pathOf(id)}`, {
      headers: { authorization: 'Bearer test' },
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET ${id}: ${answer.status}`);
    return await answer.json();
  }

  async function patch({ properties }: { readonly properties: object }): Promise<void> {
    const now = (await raw()) as { readonly properties: object };
    await world.seed({ [id]: { ...now, properties: { ...now.properties, ...properties } } });
  }
  const change = (entries: readonly string[]) => patch(fixture.changeTo(entries, ours));
  const { emptied = fixture.changeTo([], ours) } = fixture;

  await world.seed(fixture.surroundings);
  return {
    put: (entries, mark) => world.seed({ [id]: fixture.seed(entries, mark) }),
    change,
    empty: () => (emptied === 'resource' ? world.remove(id) : patch(emptied)),
    async entries() {
      const now = await raw();
      return now === undefined ? [] : fixture.entriesIn(now);
    },
    writes: async () => (await world.writes()).length,
    fail: (fault) =>
      fault === 'locked'
        ? world.seed({ locks: [{ scope: id, level: 'ReadOnly' }] as never })
        : world.faults([rules[fault]]),
    pass: () => world.faults([]),
    async heal() {
      await world.faults([]);
      await world.seed({ locks: [] as never });
      // What Azure left in state Failed a person repairs.
      const all = await (await fetch(`${world.arm}/-/resources`)).text();
      await world.seed(JSON.parse(all.replaceAll('"provisioningState":"Failed"', '"provisioningState":"Succeeded"')));
    },
  };
}
