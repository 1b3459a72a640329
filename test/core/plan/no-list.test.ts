import { expect, test } from 'vitest';
import { TargetBox } from '../../support/target-box.ts';

const west = ['20.0.0.0/24', '20.0.2.0/24'];

/** A target that holds its list; what is edited then. Nothing may go out because a list came to nothing. */
test.each<[string, (box: TargetBox) => void, string]>([
  ['a tag is misspelt', (box) => Object.assign(box, { tags: ['Storage.WestUs'] }), 'unknown-tag'],
  ['one of two is', (box) => Object.assign(box, { tags: ['Storage.WestUS', 'Storage.EastUs'] }), 'unknown-tag'],
  ['all of it is excluded', (box) => Object.assign(box, { never: west }), 'empty-list'],
  ['it selects nothing', (box) => Object.assign(box, { tags: [] }), 'empty-list'],
])('where %s, nothing is written', (_name, edit, rule) => {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestUS': west });
  expect(box.run().refusals).toEqual([]);
  edit(box);
  const { plan } = box.plan();
  expect(plan.refusals.map((reason) => reason.rule)).toEqual([rule]);
  expect(plan.changes).toEqual([]);
});

test.each([
  ['Storage.Westeurop', ' (did you mean Storage.WestEurope?)'],
  ['Storage.Westeurope', ' (did you mean Storage.WestEurope?)'],
  ['Storrage.WestEurope', ' (did you mean Storage.WestEurope?)'],
  ['AzureKeyVault.NortEurope', ' (did you mean AzureKeyVault.NorthEurope?)'],
  ['AzureFrontDoor.Frontend', ''],
])('%s, which no publication has had, is refused with the tag that is probably meant', (tag, hint) => {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestUS': west });
  Object.assign(box, { tags: [tag] });
  const [refusal] = box.plan().plan.refusals;
  expect(refusal?.text).toBe(`the list selects ${tag}, which no accepted publication has had${hint}`);
});

test('a tag that a registry needs and that there is not is no misspelt one', () => {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestEurope': west, 'AzureContainerRegistry.WestUS': ['20.8.0.0/24'] });
  const tags = ['AzureContainerRegistry.WestEurope', 'Storage.WestEurope'];
  Object.assign(box, { tags, followed: { 'by hand: contoso#all': tags } });
  const [refusal] = box.plan().plan.refusals;
  expect(refusal?.text).toMatch(/selects AzureContainerRegistry\.WestEurope, .* has had$/);
  expect(refusal?.next).toContain('a registry of the list is in a region');
});

test('before the first publication no name is a mistake, and nothing is written', () => {
  const { plan } = new TargetBox().plan();
  expect(plan.refusals.map((reason) => reason.rule)).toEqual(['no-publication']);
  expect(plan.changes).toEqual([]);
});

test('before the first publication a registry without tags is no mistake either, and nothing goes in beside it', () => {
  const box = new TargetBox();
  Object.assign(box, { tags: [], followed: { 'by hand: contoso#all': [] }, always: ['192.0.2.0/24'] });
  const { plan } = box.plan();
  expect(plan.refusals.map((reason) => reason.rule)).toEqual(['no-publication']);
  expect(plan.changes).toEqual([]);
});

test('a tag that vanished from a file is no mistake: its addresses stay', () => {
  const box = new TargetBox();
  box.publish(0, { 'Storage.WestUS': west });
  box.run();
  box.publish(7, { 'Storage.EastUS': ['20.9.0.0/24'] });
  const { plan } = box.plan();
  expect(plan.refusals).toEqual([]);
  expect(plan.changes).toEqual([]);
});
