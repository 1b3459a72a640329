import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import type { Backup } from '../composition-root.ts';
import { messageOf, UsageError } from '../core/errors.ts';

/** One line of an export. */
export type BackupLine = Parameters<Backup['restore']>[0][number];

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backup'), schema: z.number(), instance: z.string(), cloud: z.string(), at: z.string() }),
  z.object({ kind: z.literal('row'), row: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
  z.object({ kind: z.literal('blob'), path: z.string(), base64: z.base64() }),
  z.object({ kind: z.literal('end'), rows: z.number(), blobs: z.number() }),
]);

/** The lines of an export. Throws UsageError for another file, with the first line that cannot be read. */
export async function readBackup(file: string): Promise<readonly BackupLine[]> {
  let text: string;
  try {
    text = gunzipSync(await readFile(file)).toString('utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code.startsWith('Z_')) throw notABackup(file, messageOf(error));
    if (error instanceof Error && 'syscall' in error) {
      throw new UsageError(`expected a file that can be read, got ${file} (${code}). Nothing was changed.`);
    }
    throw error;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const checked = lineSchema.safeParse(jsonOf(line));
    if (!checked.success) throw notABackup(file, `line ${index + 1} is none of its lines`);
    // Any schema number passes here: the restore refuses those that it does not know.
    return checked.data as BackupLine;
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function notABackup(file: string, why: string): UsageError {
  return new UsageError(`expected a file that \`export\` wrote, got ${file} (${why}). Nothing was changed.`);
}
