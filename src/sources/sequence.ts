import { dayMs } from '../core/calendar.ts';
import type { PublicationFile } from './publication-files.ts';

/** A file in its place among the others. */
export interface PlacedFile {
  readonly path: string;
  /** ISO 8601 date on which it is taken as published: that of its name, else one that follows from its place. */
  readonly date: string;
}

/** Publications come about weekly: what lies between an undated file and the only neighbour with a date. */
const usualDays = 7;

/** A Monday, where no file of a folder has a date. */
const anyMonday = Date.parse('1970-01-05');

interface Place {
  readonly file: PublicationFile;
  at?: number;
}

/**
 * Files in the order in which they were there to be fetched. A file with a date in its name comes on that day, whatever its
 * number: a number out of turn is for acceptance to judge, not to be sorted away. One without a date takes
 * its place by number, on a day between those of its neighbours, and on the very day of a file with the same number. Without
 * a readable number as well it comes last.
 */
export function inSequence(files: readonly PublicationFile[]): PlacedFile[] {
  const places: Place[] = files
    .flatMap((file) => (file.date === undefined ? [] : [{ file, at: Date.parse(file.date) }]))
    .sort((a, b) => a.at - b.at || numberOf(a.file) - numberOf(b.file));
  const undated = files.filter(({ date }) => date === undefined).sort((a, b) => numberOf(a) - numberOf(b));
  for (const file of undated) places.splice(placeFor(file, places), 0, { file });
  return dated(places).map(({ file, at }) => ({ path: file.path, date: new Date(at).toISOString().slice(0, 10) }));
}

/** The first place with the fewest numbers on the wrong side of it, so that one out of turn draws nothing to it. */
function placeFor({ changeNumber }: PublicationFile, places: readonly Place[]): number {
  if (changeNumber === undefined) return places.length;
  let wrong = places.filter((place) => numberOf(place.file) <= changeNumber).length;
  let [best, fewest] = [0, wrong];
  for (const [i, { file }] of places.entries()) {
    if (file.changeNumber !== undefined) wrong += file.changeNumber <= changeNumber ? -1 : 1;
    if (wrong < fewest) [best, fewest] = [i + 1, wrong];
  }
  return best;
}

/** Sorts what has no readable number behind the rest. */
function numberOf({ changeNumber }: PublicationFile): number {
  return changeNumber ?? Number.MAX_SAFE_INTEGER;
}

/** Gives each run of undated files days at equal distances between the dated ones around it. */
function dated(places: readonly Place[]): { readonly file: PublicationFile; readonly at: number }[] {
  const all: { file: PublicationFile; at: number }[] = [];
  for (const [i, { file, at }] of places.entries()) {
    const before = all.at(-1);
    const copy = before !== undefined && isCopy(before.file, file);
    all.push({ file, at: at ?? (copy ? before.at : nextDay(places, i, before?.at)) });
  }
  return all;
}

function nextDay(places: readonly Place[], i: number, before: number | undefined): number {
  const end = places.findIndex((place, k) => k > i && place.at !== undefined);
  const run = places.slice(i, end < 0 ? undefined : end);
  const steps = run.filter(({ file }, k) => k === 0 || !isCopy(run[k - 1]?.file, file)).length;
  const next = places[end]?.at;
  if (next === undefined) return before === undefined ? anyMonday : before + usualDays * dayMs;
  if (before === undefined) return next - steps * usualDays * dayMs;
  return before + Math.floor((next - before) / dayMs / (steps + 1)) * dayMs;
}

function isCopy(before: PublicationFile | undefined, file: PublicationFile): boolean {
  return file.changeNumber !== undefined && before?.changeNumber === file.changeNumber;
}
