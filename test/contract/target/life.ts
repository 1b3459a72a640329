import { describe, expect, it } from 'vitest';
import type { TargetFixture } from './fixture.ts';
import { useService } from './under-service.ts';

/** What a list goes through when nothing goes wrong, and when somebody else writes at the same time. */
export function describeLife(name: string, fixture: TargetFixture): void {
  const [a, b, c, d, e] = fixture.entries;

  describe(`${name}, its life under the service`, () => {
    const on = useService(fixture);

    it('creates, does nothing, adds, keeps what an edit gives up, and removes it when told to', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      await on.expectSettled([a, b, c]);
      await on.want([a, b, d], [c]);
      await on.expectApplied([a, b, c, d]);
      await on.expectSettled([a, b, c, d]);
      await on.configure([[a, b, d]]);
      await on.place.writes();
      const edited = await on.world.run();
      expect(await on.place.writes()).toBe(0);
      expect(edited.events.map(({ kind }) => kind)).toContain('target-waits');
      await on.expectSettled([a, b, c, d]);
      const holds = await (await on.world.desk()).holds();
      expect(holds).toHaveLength(1);
      const removed = await on.world.say({ kind: 'answer', holds: holds.map(({ id }) => id), answer: 'remove' });
      expect(removed.status).toBe('applied');
      await on.expectSettled([a, b, d]);
    });

    it('keeps what somebody added between the plan and the write', async () => {
      await on.want([a, b], [c]);
      await on.expectApplied([a, b, c]);
      await on.want([a, b, d], [c]);
      const { run } = await on.world.begin();
      await on.place.change([a, b, c, e]);
      await on.world.drain();
      const view = await (await on.world.service()).run(run);
      expect(view?.status).toBe('applied');
      await on.expectSettled([a, b, c, d, e]);
    });
  });
}
