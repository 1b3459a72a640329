import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/decisions/decision.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { prefixes, sampleWord } from '../support/samples.ts';

test('words come back whole, oldest first, also those of one second', async () => {
  const instance = freshInstance();
  const { controls } = await openTestStore({ instance });
  expect(await controls.all()).toEqual([]);
  const late = sampleWord('20240115t080001z-00000000', { at: '2024-01-15T08:00:01.000Z', until: '2024-02-01' });
  const pause = sampleWord('20240115t080000z-ffffffff', { at: '2024-01-15T08:00:00.100Z' });
  const resume: Decision = {
    kind: 'resume',
    id: '20240115t080000z-11111111',
    at: '2024-01-15T08:00:00.900Z',
    by: { name: 'ops', how: 'token', groups: ['g'] },
    why: 'done',
    ticket: 'CHG0001',
  };
  for (const word of [late, resume, pause]) expect(await controls.append(word)).toBe('recorded');
  expect(await (await openTestStore({ instance })).controls.all()).toEqual([pause, resume, late]);
});

test('the same id again changes nothing', async () => {
  const { controls } = await openTestStore();
  const decision = sampleWord('w');
  await controls.append(decision);
  expect(await controls.append({ ...decision, why: 'something else' })).toBe('known');
  expect(await controls.all()).toEqual([decision]);
});

test('words of other instances and clouds are not ours', async () => {
  const instance = freshInstance();
  await (await openTestStore({ instance })).controls.append(sampleWord('w'));
  expect(await (await openTestStore({ instance: `${instance}2` })).controls.all()).toEqual([]);
});

test('an approval of thousands of ranges is kept whole', async () => {
  const { controls } = await openTestStore();
  const { kind: _, ...said } = sampleWord('w');
  const ranges = prefixes(12_000);
  const decision: Decision = {
    kind: 'approve',
    part: 'p',
    target: 't',
    direction: 'add',
    ranges,
    expires: said.at,
    ...said,
  };
  await controls.append(decision);
  expect(await controls.all()).toEqual([decision]);
});
