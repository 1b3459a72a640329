import { expect, test } from 'vitest';
import { foundHistories } from './found.ts';
import { play } from './play.ts';

test.each(foundHistories)('$name', async ({ first, steps }) => {
  await expect(play(first, steps)).resolves.toBeUndefined();
});
