import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { noticeKinds } from '../../src/core/notice.ts';

test('the runbook says of every kind of notice what it means', async () => {
  const text = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
  const headings = [...text.matchAll(/^### `(.+)`$/gm)].map(([, kind]) => kind);
  expect(headings).toEqual(expect.arrayContaining([...noticeKinds]));
});
