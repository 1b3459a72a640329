import { expect, test } from 'vitest';
import { reportRun, writesText } from '../../../src/local/start/report.ts';
import { someRun } from '../../support/service.ts';

test.each([
  [{}, '1 write'],
  [{ armWrites: 2 }, '2 writes'],
  [{ armWrites: 0, armWritesAtLeast: true }, 'at least 0 writes'],
] as const)('the writes of a run with %j are %s', (change, text) => {
  expect(writesText({ ...someRun, ...change })).toBe(text);
});

test('what is only reported stands in the table of targets', () => {
  const outcome = { target: 'groups', subject: 'part:1', text: 'report-only', writes: 0, at: '2024-01-16T12:00:00Z' };
  const outcomes = [
    { ...outcome, result: 'reported', added: ['192.0.2.0/25', '192.0.3.0/24'], removed: ['10.0.0.0/8'] },
  ] as const;
  const run = { ...someRun, targets: someRun.targets.map((target) => ({ ...target, outcomes })) };
  const config = { lists: {}, registries: {} } as never;
  expect(reportRun(run, { config, ledger: undefined, targets: [] })).toContain('only reported: +2 -1');
});
