import { expect, test } from 'vitest';
import { noControl, type PlanControl } from '../../../src/core/plan/plan-input.ts';
import { TargetBox } from '../../support/target-box.ts';

const reason = { rule: 'paused', text: 'a test', next: 'resume' };
const closedFor = (...directions: string[]): PlanControl => ({
  ...noControl,
  closed: (direction) => (directions.includes(direction) ? { ...reason, rule: 'window' } : undefined),
});

// A template's apply takes the mark off and leaves every entry: no part of the plan holds that write back.
test.each<[string, PlanControl, Partial<TargetBox['target']>, boolean]>([
  ['is put back', noControl, {}, true],
  ['waits while all is paused', { ...noControl, paused: reason }, {}, false],
  ['waits for the hours in which something may go in', closedFor('add', 'remove'), {}, false],
  ['does not wait for the hours of removals', closedFor('remove'), {}, true],
  ['stays away where nothing may be written', noControl, { mode: 'report-only' }, false],
])('a mark that somebody took off %s', (_name, control, target, written) => {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] });
  box.run();
  const { mark: _, ...unmarked } = box.live.units[0] ?? expect.fail('no unit');
  box.units.set('g-1', unmarked);
  box.control = control;
  box.target = target;
  const { plan } = box.plan();
  expect(plan.parts).toEqual([]);
  expect(plan.changes.map(({ key, action }) => [key, action])).toEqual(written ? [['g-1', 'replace']] : []);
});

test('a list that has no marks, since others write it too, never lost one', () => {
  const box = new TargetBox();
  box.target = { shared: true };
  box.publish(0, { 'Storage.WestUS': ['20.0.0.0/24'] });
  box.run();
  const { mark: _, ...unmarked } = box.live.units[0] ?? expect.fail('no unit');
  box.units.set('g-1', unmarked);
  expect(box.plan().plan.unmarked).toBeUndefined();
});
