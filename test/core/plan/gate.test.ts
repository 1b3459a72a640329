import { expect, it } from 'vitest';
import type { ApproveDecision } from '../../../src/core/decisions/decision.ts';
import type { AttributedRange } from '../../../src/core/plan/causes.ts';
import { entriesOf } from '../../../src/core/plan/entries.ts';
import { gate } from '../../../src/core/plan/gate.ts';
import { noControl, type PlanControl } from '../../../src/core/plan/plan-input.ts';

const caused = (...ranges: string[]): AttributedRange[] => [{ cause: { kind: 'config' }, entries: entriesOf(ranges) }];
const rangesOf = (some: readonly AttributedRange[]) => some.flatMap(({ entries }) => entries.ipv4.toPrefixes());
const shown = ['20.0.0.0/24', '20.0.2.0/24'];
const decision: ApproveDecision = {
  id: 'w1',
  at: '2024-01-20T12:00:00.000Z',
  by: { name: 'on call', how: 'claimed' },
  why: 'a test',
  kind: 'approve',
  part: 'p1',
  target: 'hub',
  direction: 'remove',
  ranges: shown,
  expires: '2024-01-27T12:00:00.000Z',
};
const asks: PlanControl = { ...noControl, approval: { add: 'on-suspicion', remove: 'always' } };
const approved: PlanControl = { ...asks, approvals: [{ decision, covers: entriesOf(shown) }] };
const removing = (ranges: string[], control: PlanControl) =>
  gate({ direction: 'remove', caused: caused(...ranges), mode: 'sync', control, objections: [] });

it('lets through what an approval showed, and a part of it, but not one range more', () => {
  expect(rangesOf(removing(shown, asks).go)).toEqual([]);
  expect(rangesOf(removing(shown, approved).go)).toEqual(shown);
  expect(rangesOf(removing(shown.slice(0, 1), approved).go)).toEqual(shown.slice(0, 1));
  const grown = removing([...shown, '20.0.4.0/24'], approved);
  expect(rangesOf(grown.go)).toEqual(shown);
  expect(grown.held.map((one) => rangesOf(one.caused))).toEqual([['20.0.4.0/24']]);
  expect(grown.approvals).toEqual(['w1']);
});

it('takes an approval of removals for no additions', () => {
  const control: PlanControl = { ...approved, approval: { add: 'always', remove: 'always' } };
  const adding = gate({ direction: 'add', caused: caused(...shown), mode: 'sync', control, objections: [] });
  expect(adding.go).toEqual([]);
});

it('holds back what is approved while the hours are closed or writing is paused', () => {
  const reason = { rule: 'window', text: 'closed', next: 'later' };
  expect(removing(shown, { ...approved, closed: () => reason }).go).toEqual([]);
  expect(removing(shown, { ...approved, paused: reason }).go).toEqual([]);
});

it('asks nobody where the rule is never, and writes nothing where the mode forbids it', () => {
  const never: PlanControl = { ...asks, approval: { add: 'never', remove: 'never' } };
  const objections = [{ reason: { rule: 'large-removal', text: 'much', next: 'look' }, concerns: () => true }];
  const input = { direction: 'remove', caused: caused(...shown), control: never, objections } as const;
  expect(rangesOf(gate({ ...input, mode: 'sync' }).go)).toEqual(shown);
  expect(gate({ ...input, mode: 'add-only' }).go).toEqual([]);
  expect(gate({ ...input, mode: 'sync', control: { ...never, approval: noControl.approval } }).go).toEqual([]);
});

it.each([
  ['sync', 'add', true],
  ['sync', 'remove', true],
  ['add-only', 'add', true],
  ['add-only', 'remove', false],
  ['report-only', 'add', false],
  ['report-only', 'remove', false],
] as const)('in mode %s: %s goes: %s', (mode, direction, goes) => {
  // No approval gets past the mode either.
  const control: PlanControl = {
    ...approved,
    approvals: [{ decision: { ...decision, direction }, covers: entriesOf(shown) }],
  };
  const gated = gate({ direction, caused: caused(...shown), mode, control, objections: [] });
  expect(rangesOf(gated.go)).toEqual(goes ? shown : []);
  expect(gated.held.map(({ verdict }) => verdict)).toMatchObject(
    goes ? [] : [{ kind: 'wait', reasons: [{ rule: 'mode' }] }],
  );
});
