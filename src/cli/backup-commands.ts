import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { UsageError } from '../local/start/usage-error.ts';
import { type Place, settingsOf, withPlace } from './open-desk.ts';

/** `export` and `import`: everything that a service keeps, as one file and back. */
export function addBackupCommands(program: Command): void {
  withPlace(
    program
      .command('export')
      .description('write ledger, answers, runs, history and publications to one file')
      .argument('<file>', 'where to write it (.ndjson.gz)'),
  ).action(async (file: string, place: Place) => {
    const { wireBackup } = await import('../run/wire.ts');
    const backup = await wireBackup(await settingsOf(place));
    let lines = 0;
    async function* text() {
      for await (const line of backup.take()) {
        lines++;
        yield `${JSON.stringify(line)}\n`;
      }
    }
    // Never over another backup.
    await pipeline(Readable.from(text()), createGzip(), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    process.stdout.write(`${file}: ${lines - 2} rows and blobs\n`);
  });
  withPlace(
    program
      .command('import')
      .description('put an export back, into storage that holds nothing of this instance')
      .argument('<file>', 'what `export` wrote'),
  ).action(async (file: string, place: Place) => {
    const { wireBackup } = await import('../run/wire.ts');
    const backup = await wireBackup(await settingsOf(place));
    const { rows, blobs } = await backup.restore(await readLines(file));
    process.stdout.write(`${rows} rows and ${blobs} blobs are back\n`);
  });
}

async function readLines(file: string) {
  try {
    const text = gunzipSync(await readFile(file)).toString('utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read ${file} as an export: ${why}`);
  }
}
