import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { knownKinds } from '../../../src/config/load.ts';
import type { RunView } from '../../../src/run/service.ts';
import { makeCatalogJson } from '../../fakes/catalog.ts';
import { openWorld, type World } from '../../scenarios/world.ts';
import { BOX } from './box.ts';
import type { TargetFixture } from './fixture.ts';
import type { Fault, Place } from './place.ts';

/**
 * What every kind of target promises under the whole service, over many runs: after each case the place holds what it
 * should, the outcome says what became of it, and a further run writes nothing.
 */
export function describeService(name: string, fixture: TargetFixture): void {
  const { definition } = fixture;
  const [a, b, c, d, e] = fixture.entries;
  const named = definition.holds === 'names';

  describe(`${name}, under the service`, () => {
    let world: World;
    let place: Place;
    let folder: string;
    let published: number;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'service-tags-contract-'));
      const targets = [...knownKinds.targets.filter(({ kind }) => kind !== definition.kind), definition];
      world = await openWorld(
        (await fixture.connection?.()) ?? inject('azurite'),
        {},
        { kinds: { ...knownKinds, targets } },
      );
      place = await fixture.place(world);
      published = 200;
    });
    afterEach(async () => {
      await place.close?.();
      await world.close();
      await rm(folder, { recursive: true });
    });

    /** A list of two halves, so that an edit can give up the second one; a list of names is all in the config. */
    async function want(first: readonly string[], second: readonly string[], target: object = {}): Promise<void> {
      const selected = named ? [['20.0.0.0/24'], ['20.1.0.0/24']] : [first, second];
      const [west = [], east = []] = selected.map((prefixes) => [...prefixes]);
      const path = join(folder, `ServiceTags_Public_202401${String(++published - 190)}.json`);
      await writeFile(
        path,
        makeCatalogJson({ changeNumber: published, tags: { 'Storage.EastUS': east, 'Storage.WestUS': west } }),
      );
      world.set({ publication: path, now: `2024-01-${published - 190}T12:00:00Z` });
      await configure([first, second], target);
    }

    /** What the config selects now; the publication stays. */
    async function configure(halves: readonly (readonly string[])[], target: object = {}): Promise<void> {
      const tags = ['Storage.WestUS', 'Storage.EastUS'].slice(0, halves.length);
      const accept = { risk: 'shared-azure-tag', reason: 'a test', owner: 'network team' };
      const shared = definition.direction === 'ingress' ? { accept } : {};
      await world.configure({
        lists: { wanted: named ? { names: halves.flat() } : { tags } },
        targets: {
          [BOX]: { kind: definition.kind, mode: 'sync', list: 'wanted', ...shared, ...fixture.config, ...target },
        },
      });
    }

    async function expectThere(expected: readonly string[]): Promise<void> {
      expect([...(await place.entries())].sort()).toEqual([...expected].sort());
    }

    /** One more run: nothing to do, nothing written. */
    async function expectSettled(expected: readonly string[]): Promise<void> {
      await expectThere(expected);
      await place.writes();
      expect((await world.run()).status).toBe('no-change');
      expect(await place.writes()).toBe(0);
      await expectThere(expected);
    }

    async function applied(expected: readonly string[]): Promise<void> {
      const view = await world.run();
      expect(textsOf(view)).toEqual([]);
      expect(view.status).toBe('applied');
      await expectThere(expected);
    }

    /** What the outcomes say that did not go as planned. */
    function textsOf(view: RunView): string[] {
      return view.targets.flatMap(({ outcomes }) =>
        outcomes.filter(({ result }) => result !== 'done').map(({ result, text }) => `${result}: ${text}`),
      );
    }

    it('creates, does nothing, adds, keeps what an edit gives up, and removes it when told to', async () => {
      await want([a, b], [c]);
      await applied([a, b, c]);
      await expectSettled([a, b, c]);
      await want([a, b, d], [c]);
      await applied([a, b, c, d]);
      await expectSettled([a, b, c, d]);
      await configure([[a, b, d]]);
      await place.writes();
      const edited = await world.run();
      expect(await place.writes()).toBe(0);
      expect(edited.events.map(({ kind }) => kind)).toContain('target-waits');
      await expectSettled([a, b, c, d]);
      const holds = await (await world.desk()).holds();
      expect(holds).toHaveLength(1);
      const removed = await world.say({ kind: 'answer', holds: holds.map(({ id }) => id), answer: 'remove' });
      expect(removed.status).toBe('applied');
      await expectSettled([a, b, d]);
    });

    it('keeps what somebody added between the plan and the write', async () => {
      await want([a, b], [c]);
      await applied([a, b, c]);
      await want([a, b, d], [c]);
      const { run } = await world.begin();
      await place.change([a, b, c, e]);
      await world.drain();
      const view = await (await world.service()).run(run);
      expect(view?.status).toBe('applied');
      await expectSettled([a, b, c, d, e]);
    });

    const harmless: readonly Fault[] = ['lost answer', 'throttled', 'cancelled'];
    const harmful: readonly [Fault, RegExp][] = [
      ['failed', /SomethingFailed|Something gave way/],
      ['forbidden', /lacks Microsoft\.Network\/thing\/write on \/subscriptions\/s|403/],
      ['locked', /lock/],
      ['unreadable', /./],
    ];

    const exists = (fault: Fault) => !fixture.without?.includes(fault);

    it.each(harmless.filter(exists))('gets over a write that is %s', async (fault) => {
      await want([a, b], [c]);
      await applied([a, b, c]);
      await want([a, b, d], [c]);
      await place.fail(fault);
      await applied([a, b, c, d]);
      await place.heal();
      await expectSettled([a, b, c, d]);
    });

    it.each(harmful.filter(([fault]) => exists(fault)))(
      'fails where all is %s, says why, leaves it as it was, and heals',
      async (fault, said) => {
        await want([a, b], [c]);
        await applied([a, b, c]);
        await want([a, b, d], [c]);
        await place.fail(fault);
        const view = await world.run();
        expect(['failed', 'refused']).toContain(view.status);
        expect(textsOf(view).join('\n')).toMatch(said);
        await place.heal();
        await expectThere([a, b, c]);
        await applied([a, b, c, d]);
        await expectSettled([a, b, c, d]);
      },
    );

    it('writes nothing where the list does not fit, and says by how much', async () => {
      if (fixture.tight === undefined) {
        // Only Azure knows when such a list is too long.
        const { entriesPerUnit } = definition.layout(definition.schema.parse(fixture.config));
        return expect(entriesPerUnit).toBe(Number.MAX_SAFE_INTEGER);
      }
      await want([a, b], [c], fixture.tight);
      await place.writes();
      const view = await world.run();
      expect(view.status).toBe('refused');
      expect(textsOf(view).join('\n')).toMatch(/3 entries are needed and 2 fit/);
      expect(await place.writes()).toBe(0);
      await configure([[a, b], [c]]);
      await applied([a, b, c]);
      await expectSettled([a, b, c]);
    });

    it('puts right what somebody changed, twice, and then asks who it is', async () => {
      await want([a, b], [c]);
      await applied([a, b, c]);
      for (const _ of [1, 2]) {
        await place.change([a, c]);
        await want([a, b], [c]);
        const view = await world.run();
        expect(view.status).toBe('applied');
        expect(view.events.map(({ kind }) => kind)).toContain('target-drift');
        await expectSettled([a, b, c]);
      }
      await place.change([a, c]);
      await want([a, b], [c]);
      const third = await world.run();
      expect(third.status).toBe('waiting');
      expect(textsOf(third).join('\n')).toMatch(/put right 2 times/);
      await expectThere([a, c]);
      const [part] = third.targets[0]?.outcomes ?? [];
      await world.say({ kind: 'approve', part: part?.subject.replace('part:', '') ?? '' });
      await expectSettled([a, b, c]);
    });

    if (definition.shared) {
      it('leaves what others put there, and writes beside it without being asked to adopt it', async () => {
        await place.put([d, e]);
        await want([a, b], [c]);
        await applied([a, b, c, d, e]);
        await expectSettled([a, b, c, d, e]);
      });
      return;
    }

    it('never writes what carries the mark of another target', async () => {
      await place.put([d, e], 'another/target');
      await want([a, b], [c], { adopt: true });
      await place.writes();
      const view = await world.run();
      expect(view.status).toBe('refused');
      expect(textsOf(view).join('\n')).toContain('another/target');
      expect(await place.writes()).toBe(0);
      await expectThere([d, e]);
    });

    if (fixture.alwaysMarked) return;

    it('takes over what somebody else filled only when told to, and then keeps it', async () => {
      await place.put([a, e]);
      await want([a, b], [c]);
      await place.writes();
      const asked = await world.run();
      expect(asked.status).toBe('refused');
      expect(textsOf(asked).join('\n')).toContain('"adopt": true');
      expect(await place.writes()).toBe(0);
      await expectThere([a, e]);
      await configure([[a, b], [c]], { adopt: true });
      await applied([a, b, c, e]);
      await expectSettled([a, b, c, e]);
    });
  });
}
