import { describe, expect, it } from 'vitest';
import type { TargetFixture } from './fixture.ts';
import { describeLife } from './life.ts';
import type { Fault } from './place.ts';
import { textsOf, useService } from './under-service.ts';
import { describeWaiting } from './waiting.ts';

/**
 * What every kind of target promises under the whole service, over many runs: after each case the place holds what it
 * should, the outcome says what became of it, and a further run writes nothing.
 */
export function describeService(name: string, fixture: TargetFixture): void {
  describeLife(name, fixture);
  describeWaiting(name, fixture);
  const { definition } = fixture;
  const [a, b, c, d, e] = fixture.entries;

  describe(`${name}, under the service`, () => {
    const on = useService(fixture);

    const harmless: readonly Fault[] = ['lost answer', 'throttled', 'cancelled'];
    const harmful: readonly [Fault, RegExp][] = [
      ['failed', /SomethingFailed|Something gave way/],
      ['forbidden', /lacks Microsoft\.Network\/thing\/write on \/subscriptions\/s|403/],
      ['locked', /lock/],
      ['unreadable', /./],
    ];

    const exists = (fault: Fault) => !fixture.without?.includes(fault);

    /** Something to do, another thing each turn: two entries are published, then somebody takes out one, then another. */
    async function disturb(turn: number): Promise<{ before: readonly string[]; after: readonly string[] }> {
      const after = [c, a, b, d, e].slice(0, turn + 4);
      const gone = [d, e, a, b][turn] ?? a;
      const before = after.filter((entry) => entry !== gone);
      if (turn > 1) await on.place.change(before);
      await on.want(after.slice(1), [c]);
      return { before, after };
    }

    it('gets over what passes by itself', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      for (const [turn, fault] of harmless.filter(exists).entries()) {
        const { after } = await disturb(turn);
        await on.place.fail(fault);
        await on.expectApplied(after, fault);
        await on.place.heal();
        await on.expectSettled(after, fault);
      }
    });

    it('fails where it must, says why, leaves all as it was, and heals', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      for (const [turn, [fault, said]] of harmful.filter(([one]) => exists(one)).entries()) {
        const { before, after } = await disturb(turn);
        await on.place.fail(fault);
        const view = await on.world.run();
        expect(['failed', 'refused'], fault).toContain(view.status);
        expect(textsOf(view).join('\n'), fault).toMatch(said);
        await on.place.heal();
        await on.expectThere(before, fault);
        await on.expectApplied(after, fault);
        await on.expectSettled(after, fault);
      }
    });

    it('writes nothing where the list does not fit, and says by how much', async () => {
      if (fixture.tight === undefined) {
        // Only Azure knows when such a list is too long.
        const { entriesPerUnit } = definition.layout(definition.schema.parse(fixture.config));
        return expect(entriesPerUnit).toBe(Number.MAX_SAFE_INTEGER);
      }
      await on.want([a, b], [c], fixture.tight);
      await on.place.writes();
      const view = await on.world.run();
      expect(view.status).toBe('refused');
      expect(textsOf(view).join('\n')).toMatch(/3 entries are needed and 2 fit/);
      expect(await on.place.writes()).toBe(0);
      await on.configure([[a, b], [c]]);
      await on.expectApplied([a, b, c]);
    });

    it('puts right what somebody changed, twice, and then asks who it is', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      for (const _ of [1, 2]) {
        await on.place.change([a, c]);
        await on.want([a, b], [c]);
        const view = await on.world.run();
        expect(view.status).toBe('applied');
        expect(view.events.map(({ kind }) => kind)).toContain('target-drift');
        await on.expectThere([a, b, c]);
      }
      await on.place.change([a, c]);
      await on.want([a, b], [c]);
      const third = await on.world.run();
      expect(third.status).toBe('waiting');
      expect(textsOf(third).join('\n')).toMatch(/put right 2 times/);
      await on.expectThere([a, c]);
      const [part] = third.targets[0]?.outcomes ?? [];
      await on.world.say({ kind: 'approve', part: part?.subject.replace('part:', '') ?? '' });
      await on.expectSettled([a, b, c]);
    });

    if (definition.shared) {
      it('leaves what others put there, and writes beside it without being asked to adopt it', async () => {
        await on.place.put([d, e]);
        await on.want([a, b], [c]);
        await on.expectApplied([a, b, c, d, e]);
        await on.expectSettled([a, b, c, d, e]);
      });
      return;
    }

    it('never writes what carries the mark of another target', async () => {
      await on.place.put([d, e], 'another/target');
      await on.want([a, b], [c], { adopt: true });
      await on.place.writes();
      const view = await on.world.run();
      expect(view.status).toBe('refused');
      expect(textsOf(view).join('\n')).toContain('another/target');
      expect(await on.place.writes()).toBe(0);
      await on.expectThere([d, e]);
    });

    if (fixture.alwaysMarked) return;

    it('takes over what somebody else filled only when told to, and then keeps it', async () => {
      await on.place.put([a, e]);
      await on.want([a, b], [c]);
      await on.place.writes();
      const asked = await on.world.run();
      expect(asked.status).toBe('refused');
      expect(textsOf(asked).join('\n')).toContain('"adopt": true');
      expect(await on.place.writes()).toBe(0);
      await on.expectThere([a, e]);
      await on.configure([[a, b], [c]], { adopt: true });
      await on.expectApplied([a, b, c, e]);
      await on.expectSettled([a, b, c, e]);
    });
  });
}
