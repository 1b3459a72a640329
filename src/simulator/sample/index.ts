import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSample } from './generate.ts';
import { type Cloud, chapters, quietChapters } from './scenario.ts';

interface SampleFiles {
  /** The publications are dated on consecutive Mondays, the last one before this moment. */
  readonly end: Date;
  readonly cloud?: Cloud;
  /** Leaves out the chapters with a loss that a person would be asked about. */
  readonly quiet?: boolean;
}

const WEEK = 7 * 24 * 60 * 60 * 1000;
/** 1 January 2024 was a Monday. */
const A_MONDAY = Date.UTC(2024, 0, 1);

/**
 * Writes made-up publications into a folder and gives their paths in order of publication. Their content does not
 * depend on `end`, only their names do: written again a week later, they are the same publications.
 */
export async function writeSample(
  folder: string,
  { end, cloud = 'Public', quiet = false }: SampleFiles,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const count = quiet ? quietChapters : chapters.length;
  const lastMonday = A_MONDAY + Math.floor((end.getTime() - 1 - A_MONDAY) / WEEK) * WEEK;
  const paths: string[] = [];
  for (let chapter = 0; chapter < count; chapter++) {
    const monday = new Date(lastMonday - (count - 1 - chapter) * WEEK);
    const digits = monday.toISOString().slice(0, 10).replaceAll('-', '');
    const path = join(folder, `ServiceTags_${cloud}_${digits}.json`);
    await writeFile(path, generateSample({ cloud, chapter, lineEnd: chapter % 2 === 0 ? '\r\n' : '\n' }));
    paths.push(path);
  }
  return paths;
}
