import { describe, expect, test } from 'vitest';
import { showChanges, showDiff, showPublications, showRun, showRuns, showVersion } from '../../src/cli/show-changes.ts';
import type { TagDiff } from '../../src/core/publication/diff.ts';
import type { ChangeView } from '../../src/operator/queries/changes.ts';
import { sampleChange } from '../support/samples.ts';

/** Fails if a line is wider than a terminal of 80 columns. */
function fits(text: string): string {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  return text;
}

describe('changes', () => {
  test('are told by run, within 80 columns', () => {
    const by = [{ name: 'Annabel Lee of the change board', why: 'needed', ticket: 'CHG0012345' }];
    const changes: ChangeView[] = [
      sampleChange({ target: 'hub-of-all-branches-and-plants', prefix: '2603:1030:40f:8002::/63', run: 'r-2' }),
      { ...sampleChange({ run: 'r-2', direction: 'remove', cause: { kind: 'drift' } }), by },
      sampleChange({ run: 'r-1', at: '2024-01-08T08:00:00.000Z' }),
    ];
    const text = fits(showChanges({ changes }));
    expect(text.match(/^.*run r-.$/gm)).toEqual([
      'Mon 2024-01-15 08:01 UTC, run r-2',
      'Mon 2024-01-08 08:00 UTC, run r-1',
    ]);
    expect(text).toContain('+ 2603:1030:40f:8002::/63');
    expect(text).toContain('- 192.0.2.0/24');
    expect(text.split('r-1')[1]).not.toContain('Decided by');
    expect(text).toContain('Annabel');
  });

  test('that are none are said to be none', () => {
    expect(showChanges({ changes: [] })).toContain('Nothing was changed');
  });
});

test('a version is told with its run and publication', () => {
  expect(showVersion({ latest: '0'.repeat(17) })).toBe(
    'Last change: 00000000000000000, none yet\nPublication: none was accepted yet',
  );
  const publication = { changeNumber: 404, date: '2024-01-15', digest: '' };
  expect(
    showVersion({ latest: '20240115080100000', changedAt: '2024-01-15T08:01:00.000Z', run: 'r-1', publication }),
  ).toBe('Last change: 20240115080100000, Mon 2024-01-15 08:01 UTC, run r-1\nPublication: 404 of 2024-01-15');
});

test('runs are told in a line each, with what comes next', () => {
  const run = {
    run: '20240115t080000z-1a2b3c4d',
    status: 'no-change',
    trigger: 'timer',
    startedAt: '2024-01-15T08:00:00.000Z',
    publication: { cloud: 'Public', changeNumber: 404, date: '2024-01-15', file: 'f', digest: 'd' },
    targets: [],
    added: 12_000,
    removed: 3,
    armWrites: 0,
  } as const;
  const text = fits(showRuns({ runs: [run, { ...run, status: 'running' }], next: '7' }));
  expect(text.split('\n')).toHaveLength(5);
  expect(text).toContain('2024-01-15 08:00  20240115t080000z-1a2b3c4d  no change  +12000   -3    404');
  expect(text).toContain('--after 7');
  expect(showRuns({ runs: [] })).toContain('No run');
});

test('a run is told with plans, verdicts and outcomes', () => {
  const reason = { rule: 'approval', text: 'an approval is required', next: 'approve p-1' };
  const text = showRun({
    run: 'r-1',
    status: 'waiting',
    trigger: 'http',
    by: [{ name: 'anna', how: 'token' }],
    startedAt: '2024-01-15T08:00:00.000Z',
    closedAt: '2024-01-15T08:01:00.000Z',
    events: [],
    armWrites: 1,
    targets: [
      {
        id: 'hub',
        kind: 'ip-group',
        list: 'west',
        status: 'waiting',
        notes: ['a note'],
        outcomes: [
          {
            target: 'hub',
            subject: 'group-1',
            result: 'done',
            added: ['a', 'b'],
            removed: [],
            text: 'written',
            writes: 1,
            at: '',
          },
          {
            target: 'hub',
            subject: 'part:p-1',
            result: 'waiting',
            added: [],
            removed: ['c'],
            text: 'waits',
            writes: 0,
            at: '',
          },
        ],
      },
    ],
    plans: [
      {
        target: 'hub',
        mode: 'sync',
        refusals: [],
        parts: [
          {
            id: 'p-1',
            direction: 'remove',
            ranges: 1,
            addresses: { ipv4: '256', ipv6: '0' },
            verdict: 'wait',
            reasons: [reason],
            causes: [{ cause: { kind: 'drift' }, ranges: 1 }],
          },
        ],
      },
    ],
  });
  for (const part of [
    'Run r-1: waiting',
    'asked for by anna',
    'hub (ip-group): waiting',
    '-1 range, waits (part p-1)',
    'an approval is required [approval]',
    'done: group-1 +2: written',
    'a note',
    '`plan r-1/TARGET`',
  ]) {
    expect(text).toContain(part);
  }
  // What waits is told with its part.
  expect(text).not.toContain('part:p-1');
});

test('publications and what differs fit as well', () => {
  const file = 'ServiceTags_AzureGovernment_20240115.json';
  const one = {
    ...{ changeNumber: 404, date: '2024-01-15', status: 'accepted' as const, file, digest: 'ab'.repeat(32) },
    ...{ firstSeen: '2024-01-15T08:00:00.000Z', reasons: [] },
  };
  const { changeNumber: _, ...unread } = one;
  const text = fits(showPublications([one, { ...unread, status: 'refused' }]));
  expect(text).toContain('404');
  expect(showPublications([])).toContain('No publication');
  const diff = showDiff({
    from: one,
    to: one,
    tags: [
      {
        tag: 'Storage.WestUS',
        kind: 'changed',
        gained: ['20.0.0.0/24'],
        lost: ['30.0.0.0/24'],
        addresses: { gained: { ipv4: '256', ipv6: '0' }, lost: { ipv4: '256', ipv6: '0' } },
      },
    ],
    unreadable: ['Sql'],
  });
  expect(diff).toContain('1 tag differs');
  expect(diff).toMatch(/^Storage\.WestUS {2}changed {2}1 range \(256 IPv4/m);
  expect(diff).toMatch(/^ {2}\+ 20\.0\.0\.0\/24$/m);
  expect(diff).toMatch(/^ {2}- 30\.0\.0\.0\/24$/m);
  expect(diff).toContain('nothing is said of: Sql');
  const many = Array.from({ length: 50 }, (_, i) => `2603:1030:${i}:8020::/59`);
  const grown = (tag: string, gained: readonly string[]): TagDiff => ({
    ...{ tag, kind: 'grown', gained, lost: [] },
    addresses: { gained: { ipv4: '0', ipv6: '1' }, lost: { ipv4: '0', ipv6: '0' } },
  });
  const one404 = showDiff({ from: one, to: one, tags: [grown('Storage.WestUS', many)], unreadable: [] });
  expect(fits(one404)).toContain('  and 10 more: `--json` has all');
  const tags = ['A', 'B', 'C', 'D'].map((tag) => grown(`AzureMonitorForSAP.${tag}`, many));
  const short = fits(showDiff({ from: one, to: one, tags, unreadable: [] }));
  expect(short.split('\n').filter((line) => line.startsWith('AzureMonitorForSAP.'))).toHaveLength(4);
  expect(short).not.toContain('2603');
});
