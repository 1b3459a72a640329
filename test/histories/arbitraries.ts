import fc from 'fast-check';
import type { Doing, ListEdit, Step, TagEdit, TargetEdit } from './step.ts';
import {
  type ConfigPlan,
  holdsNames,
  type KindName,
  kindNames,
  type ListPlan,
  type TargetPlan,
} from './world/config-plan.ts';
import type { Tags } from './world/publish.ts';
import { allPoints, bigBlocks, broad, elsewhere, type Piece, textOfPiece, window4, window6 } from './world/universe.ts';

/** How a history begins. */
export interface Beginning {
  readonly config: ConfigPlan;
  readonly tags: Tags;
  /** Entries that stand in a resource before anything of ours does, by target. */
  readonly there: Readonly<Record<string, readonly string[]>>;
}

const pick = fc.nat({ max: 11 });
const regional = ['Storage.WestUS', 'Storage.EastUS', 'AzureContainerRegistry.WestUS'] as const;
const big = 'AzureCloud.westus';
const tagNames = [...regional, 'Storage', big] as const;
const hostNames = Array.from({ length: 12 }, (_, i) => `${'abcdefghijkl'[i]}.example.net`);

const piece = fc.record({ offset: fc.nat({ max: 63 }), hostBits: fc.nat({ max: 4 }) });
const prefix4 = piece.map((one) => textOfPiece(window4, one));
const prefix6 = piece.map((one) => textOfPiece(window6, one));
const prefix = fc.oneof({ weight: 3, arbitrary: prefix4 }, { weight: 2, arbitrary: prefix6 });
const anyPrefix = fc.oneof({ weight: 9, arbitrary: prefix }, { weight: 1, arbitrary: fc.constantFrom(...bigBlocks) });

/** Points of a tag that lives in one half of the windows, or in both. */
const tagPoints = (half?: 'lower' | 'upper') => {
  const inHalf = (one: Piece): Piece =>
    half === undefined ? one : { ...one, offset: (one.offset % 32) + (half === 'upper' ? 32 : 0) };
  return fc
    .tuple(
      fc.array(
        piece.map((one) => textOfPiece(window4, inHalf(one))),
        { minLength: 2, maxLength: 5 },
      ),
      fc.array(
        piece.map((one) => textOfPiece(window6, inHalf(one))),
        { maxLength: 3 },
      ),
    )
    .map(([four, six]) => allPoints([...four, ...six]));
};

/** Regions of one service share nothing: each has its half. */
const tags = fc.tuple(tagPoints('lower'), tagPoints('upper'), tagPoints()).map(
  ([west, east, acr]): Tags =>
    new Map([
      ['Storage.WestUS', west],
      ['Storage.EastUS', east],
      ['AzureContainerRegistry.WestUS', acr],
      ['Storage', new Set([...west, ...east])],
      [big, allPoints(bigBlocks)],
    ]),
);

const list = fc
  .subarray([...regional], { minLength: 1, maxLength: 2 })
  .map((some): ListPlan => ({ tags: some, always: [], never: [], names: [] }));

const hosts = fc
  .subarray(hostNames, { minLength: 1, maxLength: 4 })
  .map((names): ListPlan => ({ tags: [], always: [], never: [], names }));

const approval = fc.oneof(
  { weight: 6, arbitrary: fc.constant('on-suspicion' as const) },
  { weight: 1, arbitrary: fc.constantFrom('never' as const, 'always' as const) },
);

const targetOf = (kind: KindName) =>
  fc.record({
    kind: fc.constant(kind),
    list: holdsNames(kind) ? fc.constant('hosts') : fc.constantFrom('one', 'one', 'two'),
    mode: fc.oneof(
      { weight: 8, arbitrary: fc.constant('sync' as const) },
      { weight: 1, arbitrary: fc.constant('add-only' as const) },
    ),
    adopt: fc.boolean(),
    // What others write in a registry is never taken out: the config's own check refuses it.
    foreignEntries: fc.oneof(
      { weight: 8, arbitrary: fc.constant('keep' as const) },
      { weight: 1, arbitrary: fc.constant(kind === 'registry' ? ('keep' as const) : ('remove' as const)) },
    ),
    approval: fc.record({ add: approval, remove: approval }),
  }) satisfies fc.Arbitrary<TargetPlan>;

export const beginning: fc.Arbitrary<Beginning> = fc
  .oneof(
    // One or two kinds at a time find what all would; three are slower and meet in lanes.
    { weight: 5, arbitrary: fc.subarray([...kindNames], { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.subarray([...kindNames], { minLength: 3, maxLength: 3 }) },
  )
  .chain((kinds) =>
    fc.record({
      lists: fc.record({ one: list, two: list, hosts }),
      targets: fc.tuple(...kinds.map(targetOf)),
      tags,
      there: fc.tuple(...kinds.map(() => fc.option(fc.constantFrom(...elsewhere), { freq: 4 }))),
    }),
  )
  .map(({ lists, targets, tags: published, there }) => ({
    config: { lists, targets: Object.fromEntries(targets.map((target) => [target.kind, target])) },
    tags: published,
    there: Object.fromEntries(
      targets.flatMap(({ kind }, index) => {
        const entry = there[index];
        return entry === null || entry === undefined || holdsNames(kind) ? [] : [[kind, [entry]]];
      }),
    ),
  }));

const tag = fc.constantFrom(...tagNames);
const tagEdit: fc.Arbitrary<TagEdit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ tag, edit: fc.constant('grow' as const), prefix: anyPrefix }) },
  {
    weight: 5,
    arbitrary: fc.record({
      tag,
      edit: fc.constant('shrink' as const),
      from: pick,
      many: fc.constantFrom(1, 1, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ tag, edit: fc.constant('vanish' as const) }) },
);

const listEdit: fc.Arbitrary<ListEdit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ of: fc.constant('tag' as const), tag: fc.constantFrom(...tagNames, big) }) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        of: fc.constantFrom('always' as const, 'never' as const),
        prefix,
        days: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      })
      .map(({ days, ...rest }) => (days === undefined ? rest : { ...rest, days })),
  },
  { weight: 1, arbitrary: fc.record({ of: fc.constant('name' as const), name: fc.constantFrom(...hostNames) }) },
);

const targetEdit: fc.Arbitrary<TargetEdit> = fc.oneof(
  fc.record({
    of: fc.constant('approval' as const),
    direction: fc.constantFrom('add' as const, 'remove' as const),
    rule: fc.constantFrom('never' as const, 'on-suspicion' as const, 'always' as const),
  }),
  fc.record({
    of: fc.constant('mode' as const),
    mode: fc.constantFrom('sync' as const, 'sync' as const, 'add-only' as const, 'report-only' as const),
  }),
  fc.constant({ of: 'adopt' as const }),
  fc.record({ of: fc.constant('list' as const), list: fc.constantFrom('one', 'two') }),
);

const foreignEntry = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...elsewhere) },
  { weight: 1, arbitrary: fc.constantFrom(...broad) },
);

const doing: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ act: fc.constant('add' as const), unit: pick, entry: foreignEntry }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('take out' as const),
      unit: pick,
      from: pick,
      many: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('replace' as const),
      entries: fc.constantFrom(['0.0.0.0/1', '128.0.0.0/1', '::/1'], ['93.184.216.0/24', '2a00:1450::/64']),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('delete' as const), unit: pick }) },
);

const death = fc.record({
  at: fc.integer({ min: 1, max: 120 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});

const fault = fc.record({
  done: fc.boolean(),
  leavesFailed: fc.boolean(),
  kind: fc.constantFrom('transient' as const, 'busy' as const, 'superseded' as const),
});

const weighted: readonly [number, fc.Arbitrary<Step>][] = [
  [10, fc.constant({ do: 'run' })],
  [
    2,
    fc.record({
      do: fc.constant('ask for some, then more' as const),
      picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
    }),
  ],
  [1, fc.constant({ do: 'ask, and the body is lost' })],
  [1, fc.constant({ do: 'run over the sample' })],
  [2, fc.constant({ do: 'two quiet runs' })],
  [2, fc.record({ do: fc.constant('run, and die' as const), death })],
  [1, fc.constant({ do: 'keep house' })],
  [
    7,
    fc.record({
      do: fc.constant('publish' as const),
      edits: fc.array(tagEdit, { minLength: 1, maxLength: 3 }),
      kind: fc.oneof(
        { weight: 12, arbitrary: fc.constant('next' as const) },
        { weight: 1, arbitrary: fc.constantFrom('older' as const, 'far ahead' as const, 'none' as const) },
      ),
    }),
  ],
  [
    5,
    fc.record({
      do: fc.constant('edit list' as const),
      list: fc.constantFrom('one', 'one', 'two', 'hosts'),
      edit: listEdit,
    }),
  ],
  [2, fc.record({ do: fc.constant('edit target' as const), pick, edit: targetEdit })],
  [5, fc.record({ do: fc.constant('others' as const), pick, what: doing })],
  [1, fc.record({ do: fc.constant('others in the middle' as const), pick, what: doing })],
  [
    1,
    fc.record({
      do: fc.constant('others again and again' as const),
      pick,
      what: doing,
      times: fc.integer({ min: 2, max: 4 }),
    }),
  ],
  [
    2,
    fc.record({
      do: fc.constant('answer hold' as const),
      pick,
      answer: fc.constantFrom('keep' as const, 'remove' as const),
    }),
  ],
  [
    2,
    fc.record({
      do: fc.constant('answer part' as const),
      pick,
      answer: fc.constantFrom('approve' as const, 'keep' as const),
    }),
  ],
  [1, fc.record({ do: fc.constant('withdraw' as const), pick })],
  [
    2,
    fc.record({
      do: fc.constant('answer, and think again' as const),
      pick,
      answer: fc.constantFrom('approve' as const, 'keep' as const, 'keep' as const),
      runs: fc.nat({ max: 2 }),
    }),
  ],
  [1, fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'resume' as const), pick })],
  [2, fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 30 }) })],
  [2, fc.record({ do: fc.constant('weeks' as const), weeks: fc.integer({ min: 1, max: 4 }) })],
  [1, fc.record({ do: fc.constant('clock back' as const), hours: fc.integer({ min: 1, max: 60 }) })],
  [2, fc.record({ do: fc.constant('write fails' as const), pick, fault })],
  [1, fc.record({ do: fc.constant('read fails' as const), pick })],
];

export const step: fc.Arbitrary<Step> = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
