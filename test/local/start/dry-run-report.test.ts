import { expect, test } from 'vitest';
import type { Plan, Verdict } from '../../../src/core/plan/plan-types.ts';
import { detailedExitCode, previewOfDryRun, reportDryRun } from '../../../src/local/start/dry-run-report.ts';
import type { DryRun } from '../../../src/run/service.ts';
import { samplePlan } from '../../support/samples.ts';

const clock: Verdict = { kind: 'wait', reasons: [{ rule: 'config-clock', text: 'waits', next: 'answer' }] };
const mode: Verdict = { kind: 'wait', reasons: [{ rule: 'mode', text: 'report-only', next: 'change the mode' }] };
const asked: Verdict = { kind: 'wait', reasons: [{ rule: 'approval', text: 'asks', next: 'approve it' }] };

function dryRunOf(verdict: Verdict | undefined, more: Partial<Plan> = {}): DryRun {
  const steps = [{ prefix: '192.0.2.0/24', cause: { kind: 'config' } as const }];
  const part = { id: 'p', direction: 'add', steps, addresses: { ipv4: '256', ipv6: '0' } } as const;
  const plan = { ...samplePlan('hub'), parts: verdict === undefined ? [] : [{ ...part, verdict }], ...more };
  return { plans: [plan], outcomes: [], events: [] };
}

const refusals = [{ rule: 'mark', text: 'marked by others', next: 'give it back' }];

test.each([
  ['nothing to do', dryRunOf(undefined), 0],
  ['something to do', dryRunOf({ kind: 'go' }), 2],
  ['something that waits for an approval', dryRunOf(asked), 2],
  ['what a clock holds, which nobody has to do anything about', dryRunOf(clock), 0],
  ['what is only reported', dryRunOf(mode, { mode: 'report-only' }), 2],
  ['a refused target', dryRunOf({ kind: 'refuse', reasons: refusals }, { refusals }), 1],
] as const)('the code that Terraform has for %s', (_, dryRun, code) => {
  expect(detailedExitCode(previewOfDryRun(dryRun))).toBe(code);
});

test('after an edit the code is about what the edit changes', () => {
  const [before, after] = [dryRunOf({ kind: 'go' }), dryRunOf(asked)];
  expect(detailedExitCode(previewOfDryRun(before, before))).toBe(0);
  expect(detailedExitCode(previewOfDryRun(after, before))).toBe(2);
});

test('a target that cannot be read is told, and is an error', () => {
  const failed = { target: 'hub', subject: 'target', result: 'failed', added: [], removed: [], writes: 0 } as const;
  const dryRun: DryRun = {
    plans: [],
    outcomes: [{ ...failed, text: 'it is locked', at: '2024-01-15T08:00:00.000Z' }],
    events: [],
  };
  expect(reportDryRun(dryRun)).toContain('\nhub\n# failed: it is locked\n');
  expect(detailedExitCode(previewOfDryRun(dryRun))).toBe(1);
});
