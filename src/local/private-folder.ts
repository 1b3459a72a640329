import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../core/errors.ts';

/** Bits of a mode that let other users write, and those that let them do anything. */
const othersWrite = 0o022;
const others = 0o077;

/**
 * Makes a folder that this user alone can open, or closes one that is there: 0700, and 0600 for each file in it. Only
 * entries by the names of `own` are touched, and a folder that holds other files and is open to other users is refused:
 * it may be a home folder, or that of a program. Refused too is one that other users own or can write to, since what is
 * in it may be theirs. Throws UsageError for these, and the error of the system where a folder cannot be made or closed.
 *
 * Windows has no such modes: there a folder has the access list of the folder above it.
 */
export async function openPrivateFolder(folder: string, own: readonly string[]): Promise<void> {
  await makeFolder(folder);
  const user = process.getuid?.();
  if (user === undefined) return;
  const { mode, uid } = await stat(folder);
  const names = await readdir(folder);
  const modeText = `mode ${(mode & 0o777).toString(8)}`;
  const refuse = (expected: string, got: string, next: string): UsageError =>
    new UsageError(
      `Cannot use ${folder}: expected a folder that ${expected}, got ${got}. Give another one, or ${next}.`,
    );
  const close = `if it is for this service alone, close it: chmod 700 ${folder}`;
  if (uid !== user)
    throw refuse(`belongs to user id ${user}, as this process does`, `one of user id ${uid}`, 'start as its owner');
  if ((mode & othersWrite) !== 0) {
    throw refuse('its owner alone can write to', modeText, `look for files in it that are not yours, then, ${close}`);
  }
  const foreign = names.find((name) => !own.includes(name));
  if ((mode & others) !== 0 && foreign !== undefined) {
    throw refuse(
      'is closed to other users, or has only what this service keeps',
      `${modeText} and ${foreign} in it`,
      close,
    );
  }
  if ((mode & others) !== 0) await chmod(folder, 0o700);
  for (const name of names) if (own.includes(name)) await closeToOthers(path.join(folder, name));
}

/** One folder after the other: `recursive` tries forever where the system says that even an existing one is absent, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(ofAbsent))?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 });
}

/** A link is left alone: a mode would be that of what it leads to, which lies elsewhere. */
async function closeToOthers(entry: string): Promise<void> {
  const found = await lstat(entry);
  if (found.isSymbolicLink()) return;
  if ((found.mode & others) !== 0) await chmod(entry, found.isDirectory() ? 0o700 : 0o600);
  if (!found.isDirectory()) return;
  for (const name of await readdir(entry)) await closeToOthers(path.join(entry, name));
}

function ofAbsent(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
