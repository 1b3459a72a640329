import { expect, test } from 'vitest';
import { post } from '../../src/notifiers/post.ts';

const idle = new AbortController().signal;

test('a fault of ours is passed on, and not taken for a receiver that cannot be reached', async () => {
  const sent = post(
    { url: 'http://127.0.0.1:4711', place: 'the address', body: '', headers: { odd: 'a\nb' } },
    () => new Date(),
    idle,
  );
  await expect(sent).rejects.toMatchObject({ name: 'TypeError', message: expect.stringContaining('Headers') });
});
