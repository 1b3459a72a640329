import { expect, test } from 'vitest';
import { showDecisions, showHolds, showLookup, showStatus } from '../../src/cli/show.ts';
import { showChanges, showDiff, showPublications, showRun, showRuns } from '../../src/cli/show-changes.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import { hiddenIn } from '../../src/core/visible-text.ts';
import { csvOf, escapedMarkdown } from '../../src/messages/markup.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { textOf } from '../../src/messages/text-of.ts';
import { ticketMarkdown } from '../../src/messages/ticket.ts';
import { emailOf } from '../../src/notifiers/email.ts';
import { slackMessage } from '../../src/notifiers/slack.ts';
import { teamsMessage } from '../../src/notifiers/teams.ts';
import { cloudEvent } from '../../src/notifiers/webhook.ts';
import { messageOf } from '../support/sample-notices.ts';

// What people, a publication and Azure write is shown to those who decide: none of it may steer what shows it.
const evil = '\u001b]0;x\u0007\u202etext\u009b2J';
const reason = { rule: 'lost-share', text: `text ${evil}`, next: `next ${evil}` };
const ranges = ['20.0.0.0/24'];

const events: readonly DomainEvent[] = [
  { kind: 'control-changed', control: 'pause', begins: true, by: `anna ${evil}`, why: `why ${evil}` },
  { kind: 'target-failed', target: 'hub', text: `Azure says ${evil}.`, missing: [] },
  { kind: 'target-refused', target: 'hub', reasons: [reason] },
  { kind: 'target-waits', target: 'hub', part: 'p1', direction: 'remove', ranges, reasons: [reason] },
  { kind: 'tag-vanished', tag: `Storage.${evil}`, changeNumber: 1 },
  {
    kind: 'hold-opened',
    hold: 'h1',
    tag: `Storage.${evil}`,
    of: 'loss',
    changeNumber: 1,
    prefixes: ranges,
    addresses: { ipv4: '256', ipv6: '0' },
    questions: [reason],
  },
  {
    kind: 'hold-ended',
    hold: 'h2',
    tag: `A.${evil}`,
    of: 'loss',
    how: 'released',
    prefixes: ranges,
    by: `anna ${evil}`,
  },
  { kind: 'publication-refused', file: `ServiceTags ${evil}`, reasons: [`values[0] ${evil}`] },
];

/** Fails for a sign that is hidden in any text of a value; escapes of JSON count as the sign that they stand for. */
function expectVisible(value: unknown): void {
  JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'string') expect(hiddenIn(item), JSON.stringify(item)).toBeUndefined();
    return item;
  });
}

test.each(events)('the text of $kind is visible', (event) => {
  expectVisible(textOf(event));
});

test('so is every notice, in every channel', () => {
  const notices = noticesOf(events, { at: '2024-01-15T12:00:00.000Z', lists: {}, targets: { hub: { list: 'west' } } });
  expect(notices.length).toBeGreaterThan(4);
  for (const notice of notices) {
    const message = messageOf(notice);
    const { content } = emailOf(message, { from: 'a@contoso.example', to: ['b@contoso.example'] });
    const card = [teamsMessage(message), slackMessage(message), cloudEvent(message, true)];
    expectVisible([content.subject, content.plainText, content.html, card, ticketMarkdown(notice, 'contoso')]);
    expect(content.subject).not.toMatch(/[\r\n]/);
  }
});

test('so are tickets', () => {
  expectVisible([csvOf([[`x ${evil}`]]), escapedMarkdown(`x ${evil}`)]);
});

test('so is what the command line shows', () => {
  const by = { name: `anna ${evil}`, how: 'claimed' } as const;
  const at = '2024-01-15T12:00:00.000Z';
  const pause = { schema: 1, id: 'd1', kind: 'pause', by, at, why: `why ${evil}`, ticket: `CHG ${evil}` } as const;
  const cause = { kind: 'publication', changeNumber: 1, tag: `Storage.${evil}` } as const;
  const decisions = [{ id: 'd1', by: by.name, at, why: pause.why, ticket: pause.ticket }];
  const shown = [
    showStatus({
      instance: 'contoso',
      cloud: 'Public',
      at,
      source: { freshness: 'fresh' },
      paused: pause,
      openHolds: 0,
      questions: 0,
      targets: [
        { id: 'hub', kind: 'nsg', list: 'west', status: 'failed', paused: pause, reasons: [reason], outcomes: [] },
      ],
    } as never),
    showHolds([
      {
        id: 'h1',
        of: { tag: `Storage.${evil}` },
        kind: 'loss',
        since: at,
        prefixes: ranges,
        questions: [reason],
        coveredByGlobal: [],
        otherwise: `otherwise ${evil}`,
      },
    ] as never),
    showLookup({
      address: '20.0.0.1',
      tags: [{ tag: `Storage.${evil}`, prefix: '20.0.0.0/24', published: true, effective: true }],
      targets: [
        { target: 'hub', holds: true, ours: true, grants: [{ prefixes: ranges, cause, found: false, decisions }] },
        { target: 'nsg', error: `Azure says ${evil}` },
      ],
    } as never),
    showChanges({
      changes: [
        { at, target: 'hub', direction: 'add', prefix: '20.0.0.0/24', cause, run: 'r-1', by: [{ name: evil }] },
      ],
    } as never),
    showRuns({ runs: [{ startedAt: at, run: evil, status: 'applied', added: 1, removed: 0 }] } as never),
    showRun({
      run: 'r-1',
      by: [{ name: evil }],
      targets: [{ id: evil, outcomes: [], notes: [evil] }],
      plans: [],
    } as never),
    showPublications([{ date: '2024-01-15', status: 'refused', digest: 'raw-0', file: evil }] as never),
    showDiff({
      from: {},
      to: {},
      tags: [{ tag: evil, kind: 'grown', gained: [], lost: [] }],
      unreadable: [evil],
    } as never),
    showDecisions({ words: [pause], run: 'r-1' } as never),
  ];
  // Of the terminal's own signs, only colours may be there; without a terminal there are none.
  for (const text of shown) expect(hiddenIn(text), JSON.stringify(text)).toBeUndefined();
  expect(shown.join()).toContain('anna \ufffd]0;x');
});
