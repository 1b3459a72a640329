import { type FileHandle, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { quantity } from '../messages/format.ts';
import { type Place, settingsOf, withPlace } from './open-operator.ts';
import { type BackupLine, readBackup } from './read-backup.ts';

/** `export` and `import`: everything that a service keeps, as one file and back. */
export function addBackupCommands(program: Command): void {
  withPlace(
    program
      .command('export')
      .description('write ledger, answers, runs, history and publications to one file')
      .argument('<file>', 'where to write it (.ndjson.gz)'),
  ).action(async (file: string, place: Place) => {
    const { createBackup } = await import('../composition-root.ts');
    const backup = await createBackup(await settingsOf(place));
    const handle = await openNew(file);
    let stored: Extract<BackupLine, { kind: 'end' }> | undefined;
    async function* text() {
      for await (const line of backup.take()) {
        if (line.kind === 'end') stored = line;
        yield `${JSON.stringify(line)}\n`;
      }
    }
    try {
      await pipeline(Readable.from(text()), createGzip(), handle.createWriteStream());
    } catch (error) {
      // Half a backup is none, and would stand in the way of the next.
      await rm(file, { force: true });
      throw error;
    }
    process.stdout.write(`${file}: ${extentOf(stored)}\n`);
    if (stored?.rows === 0)
      process.stderr.write('Nothing is stored there of this instance: is it the right storage?\n');
  });
  withPlace(
    program
      .command('import')
      .description('put an export back, into storage that holds nothing of this instance')
      .argument('<file>', 'what `export` wrote'),
  ).action(async (file: string, place: Place) => {
    const { createBackup } = await import('../composition-root.ts');
    const backup = await createBackup(await settingsOf(place));
    const restored = await backup.restore(await readBackup(file));
    process.stdout.write(`Put back: ${extentOf(restored)}. The next run goes on from there.\n`);
  });
}

/** Never over another backup, and for its owner only: it tells what is let through where. */
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
