import { expect, test } from 'vitest';
import { sources } from '../../../src/sources/index.ts';
import { describeSource } from './contract.ts';
import { sourceFixtures } from './places.ts';

for (const fixture of sourceFixtures) describeSource(fixture);

test('every kind is in the suite', () => {
  expect(sourceFixtures.map(({ kind }) => kind)).toEqual(sources.map(({ kind }) => kind));
});

test.each(sources)('$kind takes no unknown setting and describes each of its own', ({ schema, summary }) => {
  expect(summary).not.toBe('');
  expect(schema.safeParse({ colour: 'red' }).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  for (const field of Object.values(schema.shape)) expect((field as { description?: string }).description).toBeTruthy();
});
