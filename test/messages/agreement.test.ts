import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { contradictionsIn } from '../support/contradictions.ts';
import { everyEvent, samples } from '../support/every-event.ts';

// Longer runs are told in test/histories: each of theirs must agree with itself, too.

const prefixes = ['20.60.0.0/24'];
const occasion = {
  at: '2024-01-25T04:00:00.000Z',
  run: 'r-1',
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { list: 'west' }, spoke: { list: 'west' } },
};
const noticesFor = (...events: DomainEvent[]) => noticesOf(events, occasion);
const first = <K extends keyof typeof everyEvent>(kind: K, at = 0) => {
  const sample = everyEvent[kind][at];
  if (!sample) throw new Error(`expected an event ${at} of ${kind}`);
  return sample.event;
};

test('no two events of different kinds are told so that they contradict each other', () => {
  const found = samples.flatMap(({ event: one, when }) =>
    samples.flatMap(({ event: other, when: then }) =>
      one.kind === other.kind || !canHappenTogether(one, other)
        ? []
        : contradictionsIn(noticesFor(one, other)).map(
            (text) => `${one.kind} ${when} + ${other.kind} ${then}: ${text}`,
          ),
    ),
  );
  expect(found).toEqual([]);
});

/** What no run says of the same ranges: a write and its failure, a hold after its own end, a loss and a gain. */
function canHappenTogether(one: DomainEvent, other: DomainEvent): boolean {
  const kinds = [one.kind, other.kind];
  const has = (...some: string[]) => some.every((kind) => kinds.some((own) => own === kind));
  const changed = has('target-changed', 'target-failed') || has('target-changed', 'deadline-in-danger');
  const isEnd = (kind: string) => kind === 'hold-ended' || kind === 'hold-shrunk';
  const afterItsEnd = isEnd(one.kind) && other.kind.startsWith('hold-');
  const [of, from] = [one, other].map((event) => (event.kind === 'hold-settled' ? 'loss' : 'of' in event && event.of));
  if (of && from && of !== from) return false;
  return !changed && !afterItsEnd && !(isEnd(other.kind) && one.kind === 'hold-settled');
}

test('nothing to do on one target, where another lacks the same ranges', () => {
  const notices = noticesFor(
    { kind: 'target-changed', target: 'hub', added: prefixes, removed: [] },
    { kind: 'target-failed', target: 'spoke', text: 'it is locked', missing: prefixes },
  );
  const [changed] = notices;
  expect(contradictionsIn(notices)).toEqual([]);
  expect(changed?.headline).toMatch(/Nothing to do here; the notice about spoke asks about the same\.$/);
});

test('and as before where the others speak of other ranges', () => {
  const [changed] = noticesFor(
    { kind: 'target-changed', target: 'hub', added: prefixes, removed: [] },
    { kind: 'target-failed', target: 'spoke', text: 'it is locked', missing: ['20.61.0.0/24'] },
  );
  expect(changed?.headline).toMatch(/Nothing to do\.$/);
});

test('a hold that a list learns of and that the same run releases is told as released alone', () => {
  const notices = noticesFor(first('hold-opened', 2), first('hold-ended', 1));
  expect(notices.map(({ kind }) => kind)).toEqual(['hold-ended']);
  const [half] = noticesFor(
    { ...first('hold-opened', 0), prefixes: ['20.60.0.0/24', '20.61.0.0/24'], addresses: { ipv4: '512', ipv6: '0' } },
    first('hold-ended', 1),
  );
  expect(half?.ranges).toEqual([{ of: 'Storage.WestUS', what: 'held', prefixes: ['20.61.0.0/24'] }]);
});

describe('a drift', () => {
  const drift = { kind: 'target-drift', target: 'hub', added: prefixes, removed: [] } as const;
  const linesOf = (...others: DomainEvent[]) => noticesFor(drift, ...others)[0]?.lines.join('\n');
  test('that the run put right is not left to the next one', () => {
    expect(linesOf({ kind: 'target-changed', target: 'hub', added: prefixes, removed: [] })).toContain(
      'This run reverted it.',
    );
  });
  test('that waits is not said to be reverted', () => {
    expect(linesOf({ ...first('target-waits'), direction: 'add' })).toContain('It is not reverted yet');
  });
  test('of everything that could not be written is not said to be restored', () => {
    const failed = { kind: 'target-failed', target: 'hub', text: 'it is locked', missing: prefixes } as const;
    expect(noticesFor({ ...drift, whole: true }, failed)[0]?.headline).toContain('are NOT restored yet');
  });
});

test.each([
  [[], 'that is added as usual'],
  [[{ kind: 'target-changed', target: 'hub', added: ['20.62.0.0/24'], removed: [] }], 'that is applied'],
  [[{ kind: 'target-changed', target: 'hub', added: ['20.63.0.0/24'], removed: [] }], 'that is added as usual'],
  [
    [
      { kind: 'target-changed', target: 'hub', added: ['20.62.0.0/24'], removed: [] },
      { kind: 'target-failed', target: 'spoke', text: 'it is locked', missing: ['20.62.0.0/24'] },
    ],
    'other notices say what became of that',
  ],
] as const)('what a file adds beside a loss, where %j: %s', (others, said) => {
  const gained = {
    kind: 'tag-changed',
    tag: 'Storage.WestUS',
    changeNumber: 290,
    gained: ['20.62.0.0/24'],
    lost: [],
  } as const;
  const notices = noticesFor(gained, first('hold-opened', 0), ...others);
  expect(notices.find(({ kind }) => kind === 'question')?.lines[0]).toContain(said);
});
