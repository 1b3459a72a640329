import { expect, it } from 'vitest';
import { Judging, type Tags } from '../../support/history.ts';

const tag = 'Storage.WestUS';
const cloud = 'AzureCloud.westus';
const own = Array.from({ length: 20 }, (_, i) => `20.1.${i * 2}.0/24`);
const more = '20.1.100.0/24';
const file = (prefixes: readonly string[], parents = prefixes): Tags => ({
  [tag]: prefixes,
  Storage: parents,
  [cloud]: parents,
});
const setAside = (name: string) => ({ setAside: new Map([[name, []]]) });

it('the clock of a tag that was set aside waits until a file tells of it again', () => {
  const judging = new Judging();
  judging.publish(0, file(own));
  for (const day of [7, 14, 21]) judging.publish(day, file(own.slice(1)));
  judging.publish(48, file(own.slice(1)), {}, undefined, setAside(tag));
  judging.wait(200);
  expect(judging.effective(tag).toPrefixes()).toEqual(own);
  judging.publish(201, file(own.slice(1)));
  expect(judging.effective(tag).toPrefixes()).toEqual(own.slice(1));
});

it.each(['Storage', cloud])('a parent that was set aside stops no addition: %s', (name) => {
  const judging = new Judging();
  judging.publish(0, file(own));
  const asBefore = { ...file([...own, more]), [name]: own };
  judging.publish(7, asBefore, {}, undefined, setAside(name));
  expect(judging.effective(tag).toPrefixes()).toContain(more);
});

it('a file that a person accepted for some tags counts as no file', () => {
  const judging = new Judging();
  judging.publish(0, file(own));
  for (const day of [7, 14]) judging.publish(day, file(own.slice(1)));
  judging.publish(60, file(own.slice(1)), {}, undefined, {}, { forTagsOnly: true });
  expect(judging.effective(tag).toPrefixes()).toEqual(own);
  judging.publish(61, file(own.slice(1)));
  expect(judging.effective(tag).toPrefixes()).toEqual(own.slice(1));
});
