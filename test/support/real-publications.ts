import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Why the real publications are not there, for the name of a skipped test. */
export const absent = 'needs real publications: set SERVICE_TAGS_DATA to a folder of ServiceTags_*.json';

/** True if real publications can be read here. They are Microsoft's and not part of this repository. */
export const havePublications = process.env.SERVICE_TAGS_DATA !== undefined;

/** Folder with the real publications. Throws where there is none: ask havePublications first. */
export function publicationsFolder(): string {
  const folder = process.env.SERVICE_TAGS_DATA;
  if (!folder) throw new Error(absent);
  return folder;
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
