import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const archive = new URL('../../../shared/data/unpack', import.meta.url).pathname;

let unpacked: string | undefined;

/** Why the real publications are not there, for the name of a skipped test. */
export const absent = 'needs real publications: set SERVICE_TAGS_DATA to a folder of ServiceTags_*.json';

/** True if real publications can be read here. They are Microsoft's and not part of this repository. */
export const havePublications = process.env.SERVICE_TAGS_DATA !== undefined || existsSync(archive);

/** Folder with the real publications: SERVICE_TAGS_DATA, or unpacked once per process from beside the checkout. */
export function publicationsFolder(): string {
  const given = process.env.SERVICE_TAGS_DATA;
  if (given) return given;
  if (!unpacked) {
    unpacked = mkdtempSync(join(tmpdir(), 'service-tags-'));
    execFileSync('bash', [archive, unpacked, 'Public'], { stdio: 'inherit' });
  }
  return unpacked;
}

/** Paths of the Public publications with names from `first` to `last` (dates as in the names), in order. */
export function publicPublications(first: string, last: string): string[] {
  const folder = publicationsFolder();
  return readdirSync(folder)
    .filter((file) => {
      const date = /^ServiceTags_Public_(\d{8})\.json$/.exec(file)?.[1];
      return date !== undefined && date >= first && date <= last;
    })
    .sort()
    .map((file) => join(folder, file));
}
