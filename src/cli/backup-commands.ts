import { type FileHandle, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { visible } from '../core/visible-text.ts';
import { quantity } from '../messages/format.ts';
import { type Place, storedSettingsOf, withPlace } from './open-operator.ts';
import type { BackupLine } from './read-backup.ts';
import { waitingFor } from './waiting.ts';

interface BackupOptions extends Place {
  readonly json?: true;
}

/** `export` and `import`: the whole state of a service as one file, and back. */
export function addBackupCommands(program: Command): void {
  withPlace(
    program
      .command('export')
      .description('write ledger, decisions, runs, history and publications to one file')
      .argument('<file>', 'where to write it (.ndjson.gz)')
      .option('--json', 'as JSON on stdout'),
  ).action(async (file: string, { json, ...place }: BackupOptions) => {
    const { createBackup } = await import('../composition-root.ts');
    const backup = await createBackup(await storedSettingsOf(place));
    const handle = await openNew(file);
    let stored: Extract<BackupLine, { kind: 'end' }> | undefined;
    async function* text() {
      for await (const line of backup.take()) {
        if (line.kind === 'end') stored = line;
        yield `${JSON.stringify(line)}\n`;
      }
    }
    try {
      await waitingFor('writing', pipeline(Readable.from(text()), createGzip(), handle.createWriteStream()));
    } catch (error) {
      // A partial backup is useless, and would block the next one.
      await rm(file, { force: true });
      throw error;
    }
    const { rows = 0, blobs = 0 } = stored ?? {};
    process.stdout.write(`${json ? JSON.stringify({ file, rows, blobs }) : `${file}: ${extentOf(stored)}`}\n`);
    if (stored?.rows === 0)
      process.stderr.write('Nothing is stored there of this instance: is it the right storage?\n');
  });
  withPlace(
    program
      .command('import-history')
      .description('keep old Service Tags files of a folder, for diff, publication and answers about the past')
      .argument('<dir>', 'a folder with files such as ServiceTags_Public_20240115.json')
      .option('--json', 'as JSON on stdout')
      .addHelpText(
        'after',
        `
None of them comes into force and no target is touched. The same folder again changes nothing.

Examples:
  npm run -s cli -- import-history ./service-tags
  npm run -s cli -- import-history ./service-tags --data ./state`,
      ),
  ).action(importHistoryOf);
  withPlace(
    program
      .command('import')
      .description('restore an export into storage that has nothing of this instance')
      .argument('<file>', 'what `export` wrote')
      .option('--json', 'as JSON on stdout'),
  ).action(async (file: string, { json, ...place }: BackupOptions) => {
    const [{ createBackup }, { readBackup }] = await Promise.all([
      import('../composition-root.ts'),
      import('./read-backup.ts'),
    ]);
    const backup = await createBackup(await storedSettingsOf(place));
    const restored = await waitingFor('restoring', readBackup(file).then(backup.restore));
    const { rows, blobs } = restored;
    process.stdout.write(
      json
        ? `${JSON.stringify({ file, rows, blobs })}\n`
        : `Restored: ${extentOf(restored)}. The next run continues from there.\n`,
    );
  });
}

/** Ends with 1 where a file could not be read; the others are kept all the same. */
async function importHistoryOf(folder: string, { json, ...place }: BackupOptions): Promise<void> {
  const { createHistoryImport } = await import('../composition-root.ts');
  const keep = await createHistoryImport(await storedSettingsOf(place));
  const kept = await keep(folder, (file, index, all) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${all}: ${visible(file)}\u001b[K`);
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const { imported, known, unreadable, notIndexed } = kept;
  process.stdout.write(
    json ? `${JSON.stringify(kept)}\n` : `${quantity(imported, 'publication')} kept, ${known} known already.\n`,
  );
  for (const { file, why } of unreadable) process.stderr.write(`${visible(file)} is left out: ${visible(why)}\n`);
  if (notIndexed !== undefined) {
    process.stderr.write(`The sizes over time are not complete yet (${visible(notIndexed)}): housekeeping goes on.\n`);
  }
  if (unreadable.length > 0) process.exitCode = 1;
}

/** Never overwrites another backup, and only its owner can read it: it shows what each firewall allows. */
async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw new UsageError(`${file} exists already. Name another file.`);
    if (code === undefined) throw error;
    throw new UsageError(`expected a file that can be written, got ${file} (${code})`);
  }
}

function extentOf({ rows, blobs }: { readonly rows: number; readonly blobs: number } = { rows: 0, blobs: 0 }): string {
  return `${quantity(rows, 'row')} and ${quantity(blobs, 'blob')}`;
}
