import { expect, test } from 'vitest';
import type { Plan, PlanPart, Verdict } from '../../src/core/plan/plan-types.ts';
import { differencesOf, proposedChange, totalOf } from '../../src/core/plan/proposed-change.ts';
import type { PreviewView } from '../../src/core/preview.ts';
import { previewCsv, previewMarkdown, previewText } from '../../src/messages/preview.ts';
import { samplePlan } from '../support/samples.ts';

const asked: Verdict = { kind: 'wait', reasons: [{ rule: 'approval', text: 'asks always', next: 'approve it' }] };
const window: Verdict = { kind: 'wait', reasons: [{ rule: 'window', text: 'closed until 22:00', next: 'wait' }] };
const clock: Verdict = {
  kind: 'wait',
  reasons: [{ rule: 'config-clock', text: 'goes on 2024-02-26', next: 'answer' }],
};

function part(direction: PlanPart['direction'], verdict: Verdict, ...ranges: string[]): PlanPart {
  const steps = ranges.map((prefix) => ({ prefix, cause: { kind: 'config' } as const }));
  return { id: `p-${ranges[0]}`, direction, steps, addresses: { ipv4: '0', ipv6: '0' }, verdict };
}

const planOf = (target: string, ...parts: PlanPart[]): Plan => ({ ...samplePlan(target), parts });

/** A preview of a decision that turns one plan into another. */
function viewOf(pairs: readonly (readonly [Plan, Plan])[]): PreviewView {
  const targets = pairs.map(([before, after]) => ({ ...proposedChange(after), because: differencesOf(before, after) }));
  return {
    at: '2024-01-15T08:00:00.000Z',
    decisions: [{ kind: 'pause', text: 'pause every target: nothing is written to it' }],
    targets,
    sums: totalOf(targets.map(({ sums }) => sums)),
    because: { add: 0, remove: 1, stopsAdding: 0, stopsRemoving: 0, toApprove: 0, stopsAsking: 2 },
  };
}

const before = planOf('hub', part('add', { kind: 'go' }, '192.0.2.0/24'), part('remove', asked, '20.1.0.0/23'));
const after = planOf(
  'hub',
  part('add', window, '192.0.2.0/24'),
  part('remove', { kind: 'go' }, '20.1.0.0/24'),
  part('remove', clock, '20.9.0.0/24', '2001:db8::/32'),
);

test('as many lines begin with + and - as the line of sums says, and what is written by no approval has no sign', () => {
  const [target] = previewText(viewOf([[before, after]])).targets;
  expect(target?.lines).toEqual([
    '# the config changed, because of this decision: 1 range (256 IPv4 addresses)',
    '- 20.1.0.0/24',
    '# waits for its hour (part p-192.0.2.0/24)',
    '#   closed until 22:00 [window]. Wait.',
    '# the config changed, because of this decision: 1 range (256 IPv4 addresses)',
    '+ 192.0.2.0/24',
    '# differs, and is not written: 2 ranges to remove',
    '#   goes on 2024-02-26 [config-clock]. Answer.',
    '# the config changed, because of this decision: 2 ranges (256 IPv4 addresses and 1 IPv6 prefix)',
    '#   - 20.9.0.0/24',
    '#   - 2001:db8::/32',
    '# because of this decision not to remove (waiting for an approval without it): 1 range',
    '#   - 20.1.1.0/24',
  ]);
  expect(previewText(viewOf([[before, after]])).foot.at(-1)).toBe(
    'Plan: 1 to add, 1 to remove. Of these, 1 waits for a change window or the end of a pause. 2 more differ and are not written.',
  );
});

test('a decision is the cause of what changes its fate, range by range, and of nothing else', () => {
  expect(differencesOf(before, before)).toEqual([]);
  expect(differencesOf(before, after)).toEqual([
    { direction: 'add', without: 'now', with: 'later', ranges: ['192.0.2.0/24'] },
    { direction: 'remove', without: 'if approved', with: 'now', ranges: ['20.1.0.0/24'] },
    { direction: 'remove', without: 'if approved', with: 'no part', ranges: ['20.1.1.0/24'] },
    { direction: 'remove', without: 'no part', with: 'never', ranges: ['20.9.0.0/24', '2001:db8::/32'] },
  ]);
});

test('several targets have a sum each, those without a change are named, and all have one', () => {
  const quiet = planOf('quiet');
  const text = previewMarkdown(
    viewOf([
      [before, after],
      [quiet, quiet],
    ]),
  );
  expect(text).toContain('# Preview: nothing was recorded, nothing was written\n');
  expect(text).toContain('- pause every target: nothing is written to it.\n');
  expect(text).toContain('```diff\n# the config changed');
  expect(text).toContain('1 target without a change: quiet.');
  expect(text).toContain(
    'Because of this decision: 1 more to remove, 2 not to approve. All else happens without it, too.',
  );
});

test('a long part is cut where that is asked for, and says how much is left', () => {
  const ranges = Array.from({ length: 9 }, (_, i) => `20.${i}.0.0/16`);
  const long = planOf('hub', part('add', { kind: 'go' }, ...ranges));
  const [cut] = previewText(viewOf([[long, long]]), 4).targets;
  expect(cut?.lines.slice(-2)).toEqual(['+ 20.3.0.0/16', '# and 5 more']);
  expect(previewText(viewOf([[long, long]])).targets[0]?.lines).toHaveLength(10);
});

test('CSV has a row a range with when it is written, why not, and what the decision changes', () => {
  const rows = previewCsv(viewOf([[before, after]])).split('\r\n');
  expect(rows[1]).toBe('hub,remove,20.1.0.0/24,256,now,the config changed,,,yes');
  expect(rows[2]).toBe('hub,add,192.0.2.0/24,256,later,the config changed,p-192.0.2.0/24,closed until 22:00,yes');
  expect(rows).toHaveLength(6);
});
