import { expect, test } from 'vitest';
import { showDecisions, showStatus } from '../../src/cli/show.ts';
import type { StatusView } from '../../src/operator/operator.ts';

const outcome = { target: 'hub', result: 'waiting', writes: 0, text: 'asks', at: '2024-01-15T08:00:00.000Z' } as const;
const status: StatusView = {
  instance: 'contoso',
  cloud: 'Public',
  at: '2024-01-15T08:00:00.000Z',
  freshness: 'fresh',
  source: { freshness: 'fresh', gains: [] },
  openHolds: 0,
  questions: 0,
  targets: [
    {
      id: 'hub',
      kind: 'ip-group',
      list: 'west',
      status: 'waiting',
      reasons: [{ rule: 'approval', text: 'this target asks', next: 'approve the part' }],
      outcomes: [
        { ...outcome, subject: 'part:663023da', added: ['192.0.2.0/24', '198.51.100.0/24'], removed: [], asks: true },
        { ...outcome, subject: 'part:0badcafe', added: [], removed: ['203.0.113.0/24'] },
      ],
    },
  ],
};

test('open holds are counted once, those with a question among them, and trouble with registries is said', () => {
  const trouble = 'The registry contoso is in moonbase, for which the publication in force has no tag.';
  const text = showStatus({ ...status, openHolds: 2, questions: 1, troubles: [trouble] });
  expect(text).toContain('2 holds are open, 1 of them with a question that waits for an answer; `holds` lists what.');
  expect(text).toContain(trouble);
});

test('the status names each part that waits for a person, and the commands that answer it', () => {
  const text = showStatus(status);
  expect(text).toContain('No hold is open. 1 part waits for an approval, see below.');
  expect(text).toContain('hub: part 663023da waits: +2 ranges. `plan 663023da` shows them.');
  expect(text).toContain('`approve 663023da --why "..."` lets it go, `decline 663023da --why "..."` declines it.');
  // It waits for its hour, and for no one.
  expect(text).not.toContain('0badcafe');
});

test('a decision that others must give too is not said to be applied', () => {
  const word = {
    id: 'w1',
    kind: 'approve',
    at: '2024-01-15T08:00:00.000Z',
    by: { name: 'anna', how: 'token' },
    why: 'ok',
    part: 'p',
    target: 'hub',
    direction: 'add',
    ranges: [],
    expires: '2024-01-22T08:00:00.000Z',
  } as const;
  const run = { run: 'r-1', status: 'queued', joined: false, targets: ['hub'] } as const;
  expect(showDecisions({ words: [word], ...run })).toContain('Run r-1 applies it; `todo` shows what waits then.');
  const first = showDecisions({ words: [{ ...word, needs: 2 }], ...run });
  expect(first).toContain('It counts once 2 people have decided the same.');
  expect(first).toContain('Run r-1 looks at it.');
});
