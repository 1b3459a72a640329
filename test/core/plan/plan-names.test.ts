import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptySets } from '../../../src/core/address/sets.ts';
import type { Approval } from '../../../src/core/decisions/in-effect.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { entriesOf } from '../../../src/core/plan/entries.ts';
import type { Live } from '../../../src/core/plan/live.ts';
import type { TargetMemory } from '../../../src/core/plan/memory.ts';
import { planTarget } from '../../../src/core/plan/plan.ts';
import type { PlanInput } from '../../../src/core/plan/plan-input.ts';
import { noControl } from '../../../src/core/plan/plan-input.ts';
import { memoryWith } from '../../support/memory.ts';

const mark = 'contoso/names';
const day = (count: number) => new Date(Date.UTC(2024, 0, 1 + count));

const liveOf = (names: readonly string[], by: string | undefined = mark): Live => ({
  units:
    names.length === 0
      ? []
      : [
          {
            key: 'rule',
            family: 'ipv4',
            entries: names,
            state: 'Succeeded',
            version: 'v1',
            ...(by ? { mark: by } : {}),
          },
        ],
  problems: [],
});
const memoryOf = (names: readonly string[], holds: TargetMemory['holds'] = []) =>
  memoryWith(names, { target: 'names', holds, ...(names.length > 0 ? {} : { tags: ['x'] }) });

/** What differs from one case to the next, in the words of a list of names. */
interface Case extends Partial<Omit<PlanInput, 'selection' | 'ledger'>> {
  readonly desired?: readonly string[];
  readonly byRegistry?: boolean;
  readonly count?: number;
}
/** Names that follow from a registry that the target knows are the registry's; all others are the config's. */
const inputOf = ({ desired = ['a.io', 'b.io'], byRegistry = false, count = 10, memory, ...more }: Case): PlanInput => ({
  target: { id: 'names', kind: 'box', mode: 'sync', adopt: false, foreignEntries: 'keep', holds: 'names' },
  mark,
  layout: { families: ['ipv4'], entriesPerUnit: 1000, maxUnits: 1, unitKey: () => 'rule', whenEmpty: 'refill' },
  selection: {
    list: 'pulls',
    tags: [],
    names: desired,
    ...(byRegistry ? { followedNames: { 'origin#all': desired } } : {}),
    families: ['ipv4'],
    always: emptySets,
    never: emptySets,
  },
  ledger: { ...emptyLedger('Public'), count },
  live: liveOf([]),
  memory: memory && byRegistry ? { ...memory, followed: { 'origin#all': ['a.io', 'b.io'] } } : memory,
  now: day(0),
  policy: defaultPolicy,
  ...more,
});
const written = (input: PlanInput) => planTarget(input).plan.changes.map(({ entries }) => entries);

describe('planning host names', () => {
  test('creates, and then has nothing left to do', () => {
    expect(written(inputOf({}))).toEqual([['a.io', 'b.io']]);
    expect(written(inputOf({ live: liveOf(['a.io', 'b.io']), memory: memoryOf(['a.io', 'b.io']) }))).toEqual([]);
  });

  test('takes over what its target marked under an earlier id', () => {
    const live = liveOf(['a.io', 'b.io'], 'contoso/pulls');
    const input = inputOf({ live, formerMark: 'contoso/pulls', memory: memoryOf(['a.io', 'b.io']) });
    expect(planTarget(input).plan.changes).toMatchObject([{ action: 'replace', takesOver: 'contoso/pulls' }]);
    const ours = inputOf({ live: liveOf(['a.io']), memory: memoryOf(['a.io']) });
    expect(planTarget(ours).plan.changes[0]).not.toHaveProperty('takesOver');
  });

  test('keeps the last name while the one in its place waits for a person', () => {
    const cause = 'config' as const;
    const hold = { id: 'h', cause, since: day(0).toISOString(), count: 1, held: entriesOf(['a.io']) };
    const memory = memoryOf(['a.io'], [hold]);
    const input = inputOf({ desired: ['b.io'], live: liveOf(['a.io']), memory, now: day(60) });
    expect(written(input)).toEqual([['b.io']]);
    const asking = { ...noControl, approval: { add: 'always', remove: 'never' } as const };
    const { plan } = planTarget({ ...input, control: asking });
    const rules = plan.parts.map(({ verdict }) => verdict.kind === 'wait' && verdict.reasons.map(({ rule }) => rule));
    expect(rules).toEqual([['approval'], ['left-empty']]);
    expect([plan.refusals, plan.changes, plan.names]).toEqual([[], [], ['a.io']]);
  });

  test('keeps what somebody else wrote', () => {
    const input = inputOf({ live: liveOf(['theirs.io', 'a.io']), memory: memoryOf(['a.io']) });
    expect(written(input)).toEqual([['a.io', 'b.io', 'theirs.io']]);
    expect(planTarget(input).plan.foreign).toEqual([{ unit: 'rule', entry: 'theirs.io' }]);
    const removing = { ...input, target: { ...input.target, foreignEntries: 'remove' as const } };
    expect(written(removing)).toEqual([['a.io', 'b.io']]);
  });

  test.each([
    ['a rule of another instance', { live: liveOf(['a.io'], 'other/names') }, 'foreign-mark'],
    [
      'a rule without a mark',
      {
        live: {
          units: [{ key: 'rule', family: 'ipv4' as const, entries: ['x.io'], state: 'Succeeded' }],
          problems: [],
        },
      },
      'first-contact',
    ],
    ['no name at all', { desired: [] }, 'empty-list'],
    [
      'what the target reports',
      { live: { units: [], problems: [{ code: 'failed', text: 'It is Failed.', next: 'Look.' }] } },
      'failed',
    ],
  ])('refuses %s', (_, more, rule) => {
    const { plan } = planTarget(inputOf(more));
    expect(plan.refusals.map((reason) => reason.rule)).toEqual([rule]);
    expect(plan.changes).toEqual([]);
  });

  test('lets go of a name after its clock or on an answer, never at once', () => {
    const gone = { desired: ['a.io'], live: liveOf(['a.io', 'b.io']) };
    const first = planTarget(inputOf({ ...gone, memory: memoryOf(['a.io', 'b.io']), byRegistry: true }));
    expect(first.plan.changes).toEqual([]);
    const [hold] = first.holds;
    expect(hold).toMatchObject({ cause: 'registry', held: { names: ['b.io'] }, count: 10 });
    const memory = memoryOf(['a.io', 'b.io'], first.holds);
    expect(written(inputOf({ ...gone, memory, now: day(41), count: 13 }))).toEqual([]);
    expect(written(inputOf({ ...gone, memory, now: day(42), count: 12 }))).toEqual([]);
    expect(written(inputOf({ ...gone, memory, now: day(42), count: 13 }))).toEqual([['a.io']]);
    const word = {
      kind: 'answer',
      id: 'w',
      at: '',
      by: { name: 'p', how: 'key' },
      why: '',
      hold: hold?.id ?? '',
      answer: 'remove',
    } as const;
    const control = { ...noControl, answers: new Map([[word.hold, [word]]]) };
    const answered = planTarget(inputOf({ ...gone, memory, control }));
    expect(answered.plan.changes.map(({ entries }) => entries)).toEqual([['a.io']]);
    expect(answered.plan.parts).toMatchObject([
      { direction: 'remove', steps: [{ prefix: 'b.io', cause: { kind: 'registry' } }] },
    ]);
    // Named again, it leaves its hold.
    expect(planTarget(inputOf({ memory, live: liveOf(['a.io', 'b.io']) })).holds).toEqual([]);
  });

  test('refuses what does not fit, and says by how much', () => {
    const layout = { ...inputOf({}).layout, entriesPerUnit: 2 };
    const { plan } = planTarget(inputOf({ layout, live: liveOf(['theirs.io']) }));
    expect(plan.refusals).toMatchObject([{ rule: 'capacity', text: expect.stringMatching(/3 entries .* 2 fit/) }]);
    expect(plan.changes).toEqual([]);
    expect(written(inputOf({ layout }))).toEqual([['a.io', 'b.io']]);
  });

  test('puts the same name back twice, and then only with an approval', () => {
    let memory: TargetMemory = memoryOf(['a.io', 'b.io']);
    const meeting = (day1: number, control = noControl) => {
      const planned = planTarget(inputOf({ live: liveOf(['a.io']), memory, now: day(day1), control }));
      const { drift = [] } = planned.plan;
      memory = { ...memory, drift };
      return planned.plan;
    };
    for (const at of [1, 2]) expect(meeting(at).changes.map(({ entries }) => entries)).toEqual([['a.io', 'b.io']]);
    const never = { ...noControl, approval: { add: 'never', remove: 'never' } as const };
    const { changes, parts } = meeting(3, never);
    expect(changes).toEqual([]);
    const reasons = [
      { rule: 'drift-again', text: expect.stringMatching(/^b\.io was put right 2 times in target names/) },
    ];
    expect(parts).toMatchObject([{ direction: 'add', verdict: { kind: 'wait', reasons } }]);
    // Another name that drifts for the first time is put back beside it.
    const both = planTarget(
      inputOf({ live: liveOf(['c.io']), desired: ['a.io', 'b.io', 'c.io'], memory, now: day(4) }),
    );
    expect(both.plan.changes.map(({ entries }) => entries)).toEqual([['a.io', 'c.io']]);
    const decision = { id: 'w', direction: 'add' } as Approval['decision'];
    const approvals = [{ decision, covers: entriesOf(['b.io']) }] as const;
    expect(meeting(5, { ...noControl, approvals }).changes.map(({ entries }) => entries)).toEqual([['a.io', 'b.io']]);
    // What is in nobody's way for long enough is forgotten.
    expect(meeting(36).changes).toHaveLength(1);
  });

  test('does not count what was not put back', () => {
    const drift = [{ ranges: ['b.io'], times: 1, lastAt: day(0).toISOString() }];
    const input = { live: liveOf(['a.io']), memory: { ...memoryOf(['a.io', 'b.io']), drift }, now: day(1) };
    const paused = { rule: 'paused', text: 'paused', next: 'resume' };
    expect(planTarget(inputOf({ ...input, control: { ...noControl, paused } })).plan.drift).toEqual(drift);
  });

  test('asks, pauses and reports like any other target', () => {
    const reason = { rule: 'paused', text: 'paused', next: 'resume' };
    const asking = { ...noControl, approval: { add: 'always', remove: 'always' } as const };
    const rulesOf = (more: Case) =>
      planTarget(inputOf(more)).plan.parts.map(({ verdict }) =>
        verdict.kind === 'wait' ? verdict.reasons[0]?.rule : 'go',
      );
    expect(rulesOf({ control: { ...noControl, paused: reason } })).toEqual(['paused']);
    expect(rulesOf({ control: { ...noControl, closed: () => ({ ...reason, rule: 'window' }) } })).toEqual(['window']);
    expect(rulesOf({ target: { ...inputOf({}).target, mode: 'report-only' } })).toEqual(['mode']);
    expect(rulesOf({ control: asking })).toEqual(['approval']);
    const word = {
      kind: 'approve',
      id: 'w',
      at: '',
      by: { name: 'p', how: 'key' },
      why: '',
      part: 'x',
      target: 'names',
      direction: 'add',
      ranges: ['a.io'],
      expires: '',
    } as const;
    const approved = { ...asking, approvals: [{ decision: word, covers: entriesOf(['a.io']) }] };
    expect(written(inputOf({ control: approved }))).toEqual([['a.io']]);
    expect(rulesOf({ control: approved })).toEqual(['go', 'approval']);
  });

  test('never takes out a name that is wanted, and ends with all of them', () => {
    const names = fc.uniqueArray(fc.constantFrom('a.io', 'b.io', 'c.io', 'd.io', '*.e.io'));
    fc.assert(
      fc.property(names, names, names, (desired, live, ours) => {
        fc.pre(desired.length > 0);
        const { plan } = planTarget(inputOf({ desired, live: liveOf(live), memory: memoryOf(ours) }));
        const after = plan.changes[0]?.entries ?? live;
        expect(after).toEqual(expect.arrayContaining(desired));
        // Nothing goes in the run that sees it gone.
        expect(after).toEqual(expect.arrayContaining(live));
        expect(
          planTarget(inputOf({ desired, live: liveOf(after), memory: memoryOf(plan.names ?? []) })).plan.changes,
        ).toEqual([]);
      }),
    );
  });
});
