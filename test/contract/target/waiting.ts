import { describe, expect, inject, it } from 'vitest';
import type { RunView } from '../../../src/run/service.ts';
import type { TargetFixture } from './fixture.ts';
import { textsOf, useService } from './under-service.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the suites run over the bundle in place of the sources. */
    overBundle: boolean;
  }
}

/**
 * What holds over many runs: what waits for a person waits until that person says so, entries of others are told when they
 * come, and an egress path that was emptied is filled again each time.
 */
export function describeWaiting(name: string, fixture: TargetFixture): void {
  // What is decided over many runs is the planner's, whatever loads it: over the sources alone.
  if (inject('overBundle')) return;
  const { definition } = fixture;
  const [a, b, c, d] = fixture.entries;
  const named = definition.holds === 'names';

  describe(`${name}, over many runs`, () => {
    const on = useService(fixture);

    /** Further runs that nobody answers in: the part waits, nothing is written, nothing is told again. */
    async function expectWaiting(there: readonly string[], part: string, runs = 3): Promise<void> {
      await on.place.writes();
      for (let run = 1; run <= runs; run++) {
        const view = await on.world.run();
        expect(view.status, `run ${run}`).toBe('waiting');
        expect(waitingIn(view), `run ${run}`).toEqual([part]);
        expect(eventsIn(view), `run ${run}`).not.toContain('target-waits');
        await on.expectThere(there, `run ${run}`);
      }
      expect(await on.place.writes()).toBe(0);
    }

    it('does not write an edit that waits, over any number of runs, until it is approved', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      // 65,536 addresses on top of a list: the guard of edits asks. Of names every change is asked about.
      const big = named ? d : '20.64.0.0/16';
      const edit = named
        ? () => on.configure([[a, b, d], [c]], { approval: { add: 'always' } })
        : () => on.configure([[a, b], [c]], {}, { always: [{ prefix: big, reason: 'a test', owner: 'network team' }] });
      await edit();
      const asked = await on.world.run();
      expect(asked.status).toBe('waiting');
      expect(eventsIn(asked)).toContain('target-waits');
      const [part = ''] = waitingIn(asked);
      await expectWaiting([a, b, c], part);

      // Declined, it is at rest; withdrawn, it is asked again, and approved it goes.
      await on.world.say({ kind: 'decline', part });
      await on.expectSettled([a, b, c]);
      const [word] = (await on.world.decisions()).filter(({ kind }) => kind === 'decline');
      const withdrawn = await on.world.say({ kind: 'withdraw', word: word?.id ?? '' });
      expect(withdrawn.status).toBe('waiting');
      await expectWaiting([a, b, c], part, 2);
      const approved = await on.world.say({ kind: 'approve', part });
      expect(textsOf(approved)).toEqual([]);
      await on.expectSettled([a, b, c, big]);
    });

    it('does not put right what is contested, over any number of runs, until it is approved', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      for (const _ of [1, 2]) {
        await on.place.change([a, c]);
        await on.want([a, b], [c]);
        await on.expectApplied([a, b, c]);
      }
      await on.place.change([a, c]);
      await on.want([a, b], [c]);
      const third = await on.world.run();
      expect(third.status).toBe('waiting');
      const [part = ''] = waitingIn(third);
      await expectWaiting([a, c], part);
      // A new publication in between changes nothing about it.
      await on.want([a, b], [c]);
      await expectWaiting([a, c], part, 2);
      await on.world.say({ kind: 'approve', part });
      await on.expectSettled([a, b, c]);
    });

    it('tells of a broad entry of others, asks about it until it is answered, and takes out nothing else', async () => {
      const broad = named ? '*' : '0.0.0.0/1';
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      await on.place.change([a, b, c, broad]);
      const told = await on.world.run();
      expect(told.status).toBe('waiting');
      expect(told.events).toContainEqual(
        expect.objectContaining({ kind: 'foreign-entries', count: 1, came: 1, entries: [broad] }),
      );
      expect(textsOf(told).join()).toContain(named ? '* in' : '0.0.0.0/1 in');
      const [part = ''] = waitingIn(told);
      await expectWaiting([a, b, c, broad], part);
      const status = (await on.world.status()).targets[0];
      expect(status?.foreign).toMatchObject({ count: 1, entries: [broad], broad: [{ entry: broad, part }] });
      await on.world.say({ kind: 'approve', part });
      await on.expectThere([a, b, c]);
      const gone = await on.world.run();
      expect(gone.events).toContainEqual(expect.objectContaining({ kind: 'foreign-entries', count: 0, gone: [broad] }));
      await on.expectSettled([a, b, c]);
    });

    // What lives in Storage knows no operation that fails.
    if (!fixture.without?.includes('left failed')) {
      it('writes again what Azure left Failed, in the next run', async () => {
        await on.want([a, b], [c]);
        await on.expectApplied([a, b, c]);
        await on.want([a, b, d], [c]);
        await on.place.fail('left failed');
        expect((await on.world.run()).status).toBe('failed');
        await on.place.pass();
        await on.place.writes();
        const view = await on.world.run();
        expect(textsOf(view)).toEqual([]);
        expect(view.status).toBe('applied');
        expect(await on.place.writes()).toBeGreaterThan(0);
        await on.expectSettled([a, b, c, d]);
      });

      it('leaves it to a person after three writes in vain, with the command, and goes on then', async () => {
        await on.want([a, b], [c]);
        await on.expectApplied([a, b, c]);
        await on.want([a, b, d], [c]);
        await on.place.fail('left failed');
        for (const run of [1, 2, 3]) expect((await on.world.run()).status, `run ${run}`).toBe('failed');
        await on.place.writes();
        for (const run of [4, 5, 6]) {
          const view = await on.world.run();
          expect(view.status, `run ${run}`).toBe('refused');
          expect(textsOf(view).join(), `run ${run}`).toMatch(/state Failed .*written 3 times without effect; .*az /);
        }
        expect(await on.place.writes()).toBe(0);
        await on.place.heal();
        await on.world.run();
        await on.expectSettled([a, b, c, d]);
      });
    }

    if (definition.direction === 'egress') {
      it('fills an emptied path again each time, and tells it loudly', async () => {
        await on.want([a, b], [c]);
        await on.expectApplied([a, b, c]);
        for (const time of [1, 2, 3, 4]) {
          await on.place.empty();
          const view = await on.world.run();
          expect(view.status, `time ${time}`).toBe('applied');
          expect(view.events, `time ${time}`).toContainEqual(
            expect.objectContaining({ kind: 'target-drift', whole: true }),
          );
          await on.expectThere([a, b, c], `time ${time}`);
        }
        await on.expectSettled([a, b, c]);
      });
    }
  });
}

/** Ids of the parts that wait for a person. */
function waitingIn(view: RunView): string[] {
  return view.targets.flatMap(({ outcomes }) =>
    outcomes.filter(({ asks }) => asks).map(({ subject }) => subject.replace('part:', '')),
  );
}

function eventsIn(view: RunView): string[] {
  return view.events.map(({ kind }) => kind);
}
