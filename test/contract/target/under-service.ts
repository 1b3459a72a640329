import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject } from 'vitest';
import { knownKinds } from '../../../src/config/load.ts';
import type { RunView } from '../../../src/run/service.ts';
import { makeCatalogJson } from '../../support/catalog.ts';
import { openWorld, type World } from '../../support/world.ts';
import { BOX } from './box.ts';
import type { TargetFixture } from './fixture.ts';
import type { Place } from './place.ts';

/** A target under the whole service: a world of its own for each test, with what the tests ask of it. */
export interface UnderService {
  readonly world: World;
  /** Takes entries as a list has them, and has them spelt as the kind spells them. */
  readonly place: Place;
  /** Publishes a list of two halves and selects both, so that an edit can give up the second one. */
  want(first: readonly string[], second: readonly string[], target?: object): Promise<void>;
  /** What the config selects now; the publication stays. `target`, `list`: further settings of these. */
  configure(halves: readonly (readonly string[])[], target?: object, list?: object): Promise<void>;
  /** `when` is told where an expectation is not met. */
  expectThere(expected: readonly string[], when?: string): Promise<void>;
  /** One more run: nothing to do, nothing written. */
  expectSettled(expected: readonly string[], when?: string): Promise<void>;
  /** A run that does all it planned, after which these entries are there. */
  expectApplied(expected: readonly string[], when?: string): Promise<void>;
}

/** What the outcomes say that did not go as planned. */
export function textsOf(view: RunView): string[] {
  return view.targets.flatMap(({ outcomes }) =>
    outcomes.filter(({ result }) => result !== 'done').map(({ result, text }) => `${result}: ${text}`),
  );
}

/** Sets the hooks of the describe block it is called in. */
export function useService(fixture: TargetFixture): UnderService {
  const { definition } = fixture;
  const { render = (entry: string) => [entry] } = definition.layout(definition.schema.parse(fixture.config));
  const spelt = (entries: readonly string[]) => entries.flatMap((entry) => render(entry));
  const named = definition.holds === 'names';
  let world: World;
  let place: Place;
  let folder: string;
  let published: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-contract-'));
    const targets = [...knownKinds.targets.filter(({ kind }) => kind !== definition.kind), definition];
    world = await openWorld(inject('azurite'), {}, { kinds: { ...knownKinds, targets } });
    const raw = await fixture.place(world);
    place = {
      ...raw,
      put: (entries, mark) => raw.put(spelt(entries), mark),
      change: (entries) => raw.change(spelt(entries)),
    };
    published = 200;
  });
  afterEach(async () => {
    await place.close?.();
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function want(first: readonly string[], second: readonly string[], target: object = {}): Promise<void> {
    // A list of names is all in the config.
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

  async function configure(
    halves: readonly (readonly string[])[],
    target: object = {},
    list: object = {},
  ): Promise<void> {
    const tags = ['Storage.WestUS', 'Storage.EastUS'].slice(0, halves.length);
    const accept = { risk: 'shared-azure-tag', reason: 'a test', owner: 'network team' };
    const shared = definition.direction === 'ingress' ? { accept } : {};
    await world.configure({
      lists: { wanted: { ...(named ? { names: halves.flat() } : { tags }), ...list } },
      targets: {
        [BOX]: { kind: definition.kind, mode: 'sync', list: 'wanted', ...shared, ...fixture.config, ...target },
      },
    });
  }

  async function expectThere(expected: readonly string[], when?: string): Promise<void> {
    expect([...(await place.entries())].sort(), when).toEqual([...spelt(expected)].sort());
  }

  async function expectSettled(expected: readonly string[], when?: string): Promise<void> {
    await expectThere(expected, when);
    await place.writes();
    expect((await world.run()).status, when).toBe('no-change');
    expect(await place.writes(), when).toBe(0);
    await expectThere(expected, when);
  }

  async function expectApplied(expected: readonly string[], when?: string): Promise<void> {
    const view = await world.run();
    expect(textsOf(view), when).toEqual([]);
    expect(view.status, when).toBe('applied');
    await expectThere(expected, when);
  }

  return {
    get world() {
      return world;
    },
    get place() {
      return place;
    },
    want,
    configure,
    expectThere,
    expectSettled,
    expectApplied,
  };
}
