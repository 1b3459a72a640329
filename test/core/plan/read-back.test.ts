import { expect, test } from 'vitest';
import { readBack } from '../../../src/core/plan/read-back.ts';
import { TargetBox } from '../../support/target-box.ts';

const first = ['20.0.0.0/24', '20.0.2.0/24'];
const more = '20.0.4.0/24';

/** A target that holds its list, and a plan to add one range and take another out. */
function planned() {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestUS': first });
  box.run();
  box.publish(7, { 'Storage.WestUS': [...first, more] });
  box.never = first.slice(0, 1);
  const { plan } = box.plan();
  expect(plan.changes).toMatchObject([{ added: [more], removed: [first[0]] }]);
  const back = (entries: readonly string[]) => {
    box.meddle(() => entries);
    const { added, removed, allIn } = readBack(plan, box.memory, box.live);
    return { added: added.map(({ prefix }) => prefix), removed: removed.map(({ prefix }) => prefix), allIn };
  };
  return back;
}

test.each([
  ['all of it was written', [first[1] ?? '', more], { added: [more], removed: [first[0]], allIn: true }],
  ['nothing was', first, { added: [], removed: [], allIn: false }],
  ['only the new one came', [...first, more], { added: [more], removed: [], allIn: true }],
  ['only the old one went', first.slice(1), { added: [], removed: [first[0]], allIn: false }],
  ['a wider one of others lies over it', [...first, '20.0.4.0/23'], { added: [], removed: [], allIn: false }],
])('what was sent counts as far as it is read: %s', (_name, entries, expected) => {
  expect(planned()(entries)).toEqual(expected);
});
