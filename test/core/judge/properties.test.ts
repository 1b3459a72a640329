import fc from 'fast-check';
import { expect, it } from 'vitest';
import { families } from '../../../src/core/address/family.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import { emptySets, setsOf, union } from '../../../src/core/address/sets.ts';
import { answersTo } from '../../../src/core/decisions/decision.ts';
import { answerHold } from '../../../src/core/judge/answer.ts';
import type { Ledger, TagLedger } from '../../../src/core/judge/ledger.ts';
import { effectiveOf } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy, type Policy } from '../../../src/core/judge/policy.ts';
import { decodeLedger, encodeLedger } from '../../../src/store/ledger-codec.ts';
import { Judging, start, type Tags } from '../../support/history.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';

const pool = [
  ...Array.from({ length: 12 }, (_, i) => `20.0.${i}.0/24`),
  '20.1.0.0/18',
  '10.0.0.0/24',
  '96.0.0.0/3',
  '2603:1000::/48',
  '2603:1001::/48',
];
const prefixes = fc.subarray(pool, { minLength: 1 });
const publication: fc.Arbitrary<Tags> = fc
  .record({
    'Storage.WestUS': fc.option(prefixes),
    'Storage.EastUS': fc.option(prefixes),
    Storage: prefixes,
    'AzureCloud.westus': fc.option(prefixes),
  })
  .map((tags) => Object.fromEntries(Object.entries(tags).filter(([, some]) => some !== null)) as Tags);
/** What somebody says after a step, to which of the open holds (counted round), and to which of its ranges. */
const answer = fc.record({
  hold: fc.nat(9),
  answer: fc.constantFrom('remove' as const, 'keep' as const),
  ranges: fc.option(prefixes),
});
const step = fc.record({
  days: fc.integer({ min: 0, max: 60 }),
  tags: fc.option(publication),
  said: fc.option(answer),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(step, { minLength: 1, maxLength: 8 });
const policy: fc.Arbitrary<Policy> = fc
  .record({
    lossClockDays: fc.integer({ min: 1, max: 50 }),
    lossClockPublications: fc.integer({ min: 2, max: 4 }),
    lossClockGlobalDays: fc.integer({ min: 50, max: 100 }),
    lossQuestionShare: fc.double({ min: 0, max: 1, noNaN: true }),
    lossQuestionPrefixes: fc.integer({ min: 0, max: 9 }),
    lossQuestionLargeShare: fc.double({ min: 0, max: 1, noNaN: true }),
    lossWindowDays: fc.integer({ min: 1, max: 100 }),
    lossQuestionTagVanished: fc.boolean(),
    lossQuestionFamily: fc.boolean(),
    gainQuestionOtherRegion: fc.boolean(),
    gainQuestionOtherService: fc.boolean(),
    parentsCount: fc.boolean(),
  })
  .map((some) => ({ ...defaultPolicy, ...some }));

type Look = (before: Ledger, after: Ledger, day: number) => void;

/** Takes a random answer in, if it is to a hold that is open and to something that it holds. */
function say(ledger: Ledger, said: Step['said'], day: number): Ledger {
  const open = [...ledger.tags.values()].flatMap(({ holds }) => holds);
  const hold = said && open[said.hold % open.length];
  if (!said || !hold) return ledger;
  const ranges = said.ranges ? setsOf(said.ranges) : undefined;
  if (ranges && families.every((f) => !hold.held[f].overlaps(ranges[f]))) return ledger;
  const [stays, changes] = answersTo(hold.kind);
  const answer = said.answer === 'keep' ? stays : changes;
  const word = { hold: hold.id, answer, by: 'somebody', decision: 'd-1', ...(ranges ? { ranges } : {}) };
  return answerHold(ledger, word, new Date(start + day * 86_400_000)).ledger;
}

function play(steps: readonly Step[], settings: Policy, look: Look, cut = false): Ledger {
  const judging = new Judging({ policy: settings });
  let day = 0;
  for (const { days, tags, said } of steps) {
    day += days;
    const before = judging.ledger;
    if (tags) judging.publish(day, tags);
    else judging.wait(day);
    judging.ledger = say(judging.ledger, said, day);
    look(before, judging.ledger, day);
    if (cut) judging.ledger = decodeLedger(JSON.parse(JSON.stringify(encodeLedger(judging.ledger))));
  }
  return judging.ledger;
}

const nothing: Look = () => undefined;
const rows = (before: Ledger, after: Ledger): [TagLedger | undefined, TagLedger][] =>
  [...after.tags.values()].map((row) => [before.tags.get(row.tag), row]);

it('what was allowed and is published is allowed', () => {
  checkProperty(fc.tuple(history, policy), ([steps, settings]) => {
    play(steps, settings, (before, after) => {
      for (const [was, is] of rows(before, after)) {
        for (const family of families) {
          const allowed = (was ? effectiveOf(was) : emptySets)[family].intersect(is.published[family]);
          expect(effectiveOf(is)[family].covers(allowed)).toBe(true);
        }
      }
    });
  });
});

it('nothing leaves without a release, and nothing that is published is released', () => {
  checkProperty(fc.tuple(history, policy), ([steps, settings]) => {
    play(steps, settings, (before, after) => {
      for (const [was, is] of rows(before, after)) {
        for (const family of families) {
          const left = (was ? effectiveOf(was) : emptySets)[family].subtract(effectiveOf(is)[family]);
          const released = PrefixSet.unionOf(
            family,
            is.releases.map((release) => release.prefixes[family]),
          );
          expect(released.covers(left)).toBe(true);
          expect(released.overlaps(is.published[family])).toBe(false);
        }
      }
    });
  });
});

it('no release comes without an answer before its days and files are over, nor against a keep, nor against a question unless its parents lack it as long', () => {
  checkProperty(fc.tuple(history, policy), ([steps, settings]) => {
    play(steps, settings, (before, after) => {
      for (const [was, is] of rows(before, after)) {
        const fresh = is.releases.filter(
          (release) => !was?.releases.some(({ hold, at }) => hold === release.hold && at === release.at),
        );
        for (const release of fresh) {
          if (release.by.startsWith('answer of')) continue;
          const hold = was?.holds.find(({ id }) => id === release.hold);
          const longAbsent = (was?.absences?.parents ?? []).filter(
            ({ at, count }) =>
              Date.parse(release.at) - Date.parse(at) >= settings.lossClockDays * 86_400_000 &&
              after.count - count + 1 >= settings.lossClockPublications,
          );
          if (hold?.questions.length !== 0) {
            const parentsLack = union(longAbsent.map(({ prefixes }) => prefixes));
            for (const f of families) expect(parentsLack[f].covers(release.prefixes[f])).toBe(true);
          }
          expect(hold?.kept).toBeUndefined();
          const days = (Date.parse(release.at) - Date.parse(hold?.since ?? '')) / 86_400_000;
          expect(days).toBeGreaterThanOrEqual(settings.lossClockDays);
          expect(after.count - (hold?.count ?? 0) + 1).toBeGreaterThanOrEqual(settings.lossClockPublications);
        }
      }
    });
  });
});

it('the same history gives the same ledger, also when it is cut and continued from what was stored', () => {
  checkProperty(fc.tuple(history, policy), ([steps, settings]) => {
    const once = encodeLedger(play(steps, settings, nothing));
    expect(encodeLedger(play(steps, settings, nothing))).toEqual(once);
    expect(encodeLedger(play(steps, settings, nothing, true))).toEqual(once);
  });
});

it('a raised setting never puts a released range back', () => {
  checkProperty(fc.tuple(history, policy), ([steps, settings]) => {
    const before = play(steps, settings, nothing);
    const judging = new Judging({
      policy: { ...settings, lossClockDays: 3000, lossClockGlobalDays: 3600, lossClockPublications: 100 },
    });
    judging.ledger = before;
    judging.wait(100_000);
    for (const [was, is] of rows(before, judging.ledger)) {
      for (const family of families) {
        expect((was ? effectiveOf(was) : emptySets)[family].covers(effectiveOf(is)[family])).toBe(true);
      }
    }
  });
});
