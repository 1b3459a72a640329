import { expect, test } from 'vitest';
import { queueNames } from '../../src/ports/queues.ts';

test('queue names are checked before Azure refuses them', () => {
  expect(queueNames('sts-1')).toEqual({
    runs: 'sts-1-runs',
    lanes: 'sts-1-lanes',
    deliveries: 'sts-1-deliveries',
    lanesPoison: 'sts-1-lanes-poison',
  });
  for (const prefix of ['', 'Sts', 'a--b', '-a', 'a_b', 'x'.repeat(51)]) {
    expect(() => queueNames(prefix), prefix).toThrow(RangeError);
  }
});
