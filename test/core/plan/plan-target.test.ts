import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Sets, setsOf } from '../../../src/core/address/sets.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { advanceMemory } from '../../../src/core/plan/advance-memory.ts';
import type { Layout, Live, LiveUnit } from '../../../src/core/plan/live.ts';
import type { TargetMemory } from '../../../src/core/plan/memory.ts';
import { digestUnit, entriesIn } from '../../../src/core/plan/ownership.ts';
import { planTarget } from '../../../src/core/plan/plan.ts';
import type { PlanInput } from '../../../src/core/plan/plan-input.ts';
import { noControl } from '../../../src/core/plan/plan-input.ts';
import type { PlannedChange } from '../../../src/core/plan/plan-types.ts';
import { readBack } from '../../../src/core/plan/read-back.ts';

const mark = 'contoso/hub';
const dayMs = 86_400_000;

/** Neighbours, so that some of them join. */
const pool = Array.from({ length: 16 }, (_, i) => `10.0.0.${4 * i}/30`);
const strangers = ['198.51.100.7', '203.0.113.0/24', '198.51.100.16-198.51.100.20', 'Storage.WestUS'];

/** What happens to one target between two runs. */
interface Round {
  /** The list as it is edited. */
  readonly always: readonly string[];
  readonly never: readonly string[];
  /** Entries that somebody puts into a unit, or takes out of all of them. */
  readonly put: readonly string[];
  readonly taken: readonly string[];
}

const some = (of: readonly string[], most: number) => fc.uniqueArray(fc.constantFrom(...of), { maxLength: most });
const round: fc.Arbitrary<Round> = fc.record({
  always: some(pool, 12),
  never: some(pool, 4),
  put: some(strangers, 2),
  taken: some(pool, 3),
});

/** A target that plans are made for and applied to. */
class Box {
  units = new Map<string, LiveUnit>();
  memory: TargetMemory | undefined;
  readonly layout: Layout;
  #day = 0;

  constructor(whenEmpty: Layout['whenEmpty'], entriesPerUnit: number, maxUnits: number) {
    this.layout = { families: ['ipv4'], entriesPerUnit, maxUnits, unitKey: (_, index) => `g-${index}`, whenEmpty };
  }

  get live(): Live {
    return { units: [...this.units.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), problems: [] };
  }

  get allowed(): Sets {
    return entriesIn(this.live);
  }

  meddle({ put, taken }: Round): void {
    // Long after the last time: what drifts is put right again and again.
    this.#day += 40;
    const [first] = this.units.keys();
    for (const [key, unit] of this.units) {
      const left = unit.entries.filter((entry) => !taken.includes(entry));
      const more = key === first ? put.filter((entry) => !left.includes(entry)) : [];
      this.units.set(key, { ...unit, entries: [...left, ...more] });
    }
  }

  input({ always, never }: Round): PlanInput {
    const selection = {
      list: 'l',
      tags: [],
      families: ['ipv4' as const],
      always: setsOf(always),
      never: setsOf(never),
    };
    return {
      target: { id: 'hub', kind: 'box', mode: 'sync', adopt: true, foreignEntries: 'keep' },
      mark,
      layout: this.layout,
      selection,
      ledger: emptyLedger('Public'),
      memory: this.memory,
      live: this.live,
      now: new Date(Date.UTC(2024, 0, 1) + this.#day * dayMs),
      policy: defaultPolicy,
      control: { ...noControl, approval: { add: 'never', remove: 'never' } },
    };
  }

  apply({ key, family, action, entries }: PlannedChange): void {
    if (action === 'delete') this.units.delete(key);
    else this.units.set(key, { key, family, entries, mark, state: 'Succeeded' });
  }

  remember({ plan, holds }: ReturnType<typeof planTarget>): void {
    const live = this.live;
    const back = readBack(plan, this.memory, live);
    const at = '2024-01-01T00:00:00.000Z';
    this.memory = advanceMemory(this.memory, { plan, back, live, holds, run: 'r', at, decisions: new Map() });
  }
}

describe('planning a target', () => {
  test.each([
    ['delete', 3, 4],
    ['refill', 3, 4],
    ['delete', 12, 1],
  ] as const)(
    '%s, %i entries in each of %i units: every write is safe, and the second plan is empty',
    (whenEmpty, entriesPerUnit, maxUnits) => {
      fc.assert(
        fc.property(fc.array(round, { minLength: 1, maxLength: 5 }), fc.nat(), (rounds, order) => {
          const box = new Box(whenEmpty, entriesPerUnit, maxUnits);
          for (const one of rounds) {
            box.meddle(one);
            const before = box.live;
            const allowed = box.allowed.ipv4;
            const planned = planTarget(box.input(one));
            const { plan } = planned;
            if (plan.refusals.length > 0) {
              expect(plan.changes).toEqual([]);
              continue;
            }
            const wanted = setsOf(one.always).ipv4.subtract(setsOf(one.never).ipv4);
            // In whatever order the units are written, nothing that is to stay is missing in between.
            const changes = plan.changes.toSorted((a, b) => (a.key < b.key ? 1 : -1) * (order % 2 === 0 ? 1 : -1));
            for (const change of changes) {
              box.apply(change);
              expect(box.allowed.ipv4.covers(allowed.intersect(wanted))).toBe(true);
            }
            for (const { key, entries } of box.live.units) {
              expect(entries.length, key).toBeGreaterThan(0);
              if (changes.some((change) => change.key === key)) {
                expect(entries.length, key).toBeLessThanOrEqual(box.layout.entriesPerUnit);
              }
            }
            expect(box.units.size).toBeLessThanOrEqual(box.layout.maxUnits);
            expect(box.allowed.ipv4.covers(wanted)).toBe(true);
            expect(box.allowed.ipv4.overlaps(setsOf(one.never).ipv4)).toBe(false);
            for (const { entries } of before.units) {
              const theirs = entries.filter((entry) => strangers.includes(entry));
              expect(box.live.units.flatMap((unit) => unit.entries)).toEqual(expect.arrayContaining(theirs));
            }
            for (const { key, digest } of plan.expected) {
              expect(digestUnit(key, 'ipv4', box.units.get(key)?.entries ?? []).digest).toBe(digest);
            }
            box.remember(planned);
            expect(planTarget(box.input(one)).plan.changes).toEqual([]);
          }
        }),
        { numRuns: 150 },
      );
    },
  );

  test('never lets in what waits for a person to keep a unit from being empty', () => {
    const box = new Box('refill', 3, 1);
    const first: Round = { always: ['10.0.0.0/30'], never: [], put: [], taken: [] };
    const planned = planTarget(box.input(first));
    for (const change of planned.plan.changes) box.apply(change);
    box.remember(planned);
    const input = box.input({ always: ['10.0.0.8/30'], never: ['10.0.0.0/30'], put: [], taken: [] });
    const asking = {
      ...input,
      control: { ...noControl, approval: { add: 'always' as const, remove: 'never' as const } },
    };
    const { plan } = planTarget(asking);
    const waits = (rule: string) => ({ verdict: { kind: 'wait', reasons: [expect.objectContaining({ rule })] } });
    expect(plan.parts).toMatchObject([waits('approval'), waits('left-empty')]);
    expect([plan.refusals, plan.changes, plan.owned.ipv4]).toEqual([[], [], ['10.0.0.0/30']]);
    // With the addition let in, both go in one write.
    expect(planTarget(input).plan.changes).toMatchObject([{ action: 'replace', entries: ['10.0.0.8/30'] }]);
  });

  test('fills a unit that somebody emptied, or takes it out', () => {
    for (const whenEmpty of ['refill', 'delete'] as const) {
      const box = new Box(whenEmpty, 1, 2);
      const both: Round = { always: ['10.0.0.0/30', '10.0.0.8/30'], never: [], put: [], taken: [] };
      const planned = planTarget(box.input(both));
      for (const change of planned.plan.changes) box.apply(change);
      box.remember(planned);
      const one: Round = { always: ['10.0.0.0/30'], never: [], put: [], taken: ['10.0.0.8/30'] };
      box.meddle(one);
      const { changes } = planTarget(box.input(one)).plan;
      const left = whenEmpty === 'refill' ? { action: 'replace', entries: ['10.0.0.0/30'] } : { action: 'delete' };
      expect(changes, whenEmpty).toMatchObject([{ key: 'g-1', ...left }]);
    }
  });
});
