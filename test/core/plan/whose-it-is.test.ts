import { expect, test } from 'vitest';
import { TargetBox } from '../../support/target-box.ts';

const ours = ['20.0.0.0/24', '20.0.2.0/24'];
const another = 'elsewhere/hub';
const strange = '198.51.100.7';

/** What is there before the first run, and how the target is set up. */
test.each<[string, { mark?: string; entries: readonly string[] }, Partial<TargetBox['target']>, string | undefined]>([
  ['with the mark of another target', { mark: another, entries: ours }, {}, 'foreign-mark'],
  ['with the mark of another target, to be adopted', { mark: another, entries: ours }, { adopt: true }, 'foreign-mark'],
  ['with the mark of another target, and empty', { mark: another, entries: [] }, { adopt: true }, 'foreign-mark'],
  ['with our own mark', { mark: 'contoso/hub', entries: [strange] }, {}, undefined],
  ['without a mark, filled by hand', { entries: [strange] }, {}, 'first-contact'],
  ['without a mark, with what we want', { entries: ours }, {}, 'first-contact'],
  ['without a mark, to be adopted', { entries: [strange] }, { adopt: true }, undefined],
  ['without a mark, and empty', { entries: [] }, {}, undefined],
  ['that others write as well', { entries: [strange] }, { shared: true }, undefined],
])('a list %s', (_name, { mark, entries }, target, rule) => {
  const box = new TargetBox();
  const unit = { key: 'g-1', family: 'ipv4', entries, version: 'v', state: 'Succeeded' } as const;
  box.units.set('g-1', mark === undefined ? unit : { ...unit, mark });
  box.target = target;
  box.publish(0, { 'Storage.WestUS': ours });
  const { plan } = box.plan();
  expect(plan.refusals.map((reason) => reason.rule)).toEqual(rule === undefined ? [] : [rule]);
  expect(plan.changes.length > 0).toBe(rule === undefined);
  // Nobody's entries go out on a first contact.
  for (const change of plan.changes) expect(change.entries).toEqual(expect.arrayContaining([...entries]));
});
