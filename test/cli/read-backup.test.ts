import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBackup } from '../../src/cli/read-backup.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-backup-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['text that is not compressed', 'hello', /expected a file that `export` wrote, got .*\(incorrect header check\)/],
  ['a line that is not JSON', gzipSync('{"kind"'), /line 1 is none of its lines/],
  ['a line of another kind', gzipSync('{"kind":"other"}'), /line 1 is none of its lines/],
])('%s is no backup', async (_, content, says) => {
  const file = join(folder, 'backup');
  await writeFile(file, content);
  await expect(readBackup(file)).rejects.toThrow(says);
});

test('a file that cannot be read is reported as that, and not as a damaged backup', async () => {
  await expect(readBackup(join(folder, 'absent'))).rejects.toThrow(
    /^expected a file that can be read, got .*absent \(ENOENT\)/,
  );
  await expect(readBackup(folder)).rejects.toThrow(/\(EISDIR\)/);
});
