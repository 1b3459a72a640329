import type { Config } from '../../config/config.ts';
import type { KnownTags } from '../../config/unknown-tags.ts';
import { UsageError } from '../../core/errors.ts';
import type { Cloud } from '../../core/publication/catalog.ts';
import { formatIssue } from '../../core/publication/issue-list.ts';
import { readPublication } from '../../core/publication/read-publication.ts';
import { SourceError } from '../../ports/source.ts';
import { madeUp } from '../../run/sandbox.ts';
import { generateSample } from '../../simulator/sample/generate.ts';
import { quietChapters } from '../../simulator/sample/scenario.ts';
import { readPublicationFile } from '../../sources/publication-files.ts';
import { publicationsIn } from './publication-runs.ts';

/**
 * Tags of the newest publication at hand, without network: of the folder or file that was given, else of the one that the
 * config's source reads, else of the sample. Throws UsageError for files that cannot be read.
 */
export async function newestTags({ cloud, source }: Config, given: string | undefined): Promise<KnownTags> {
  const path = given ?? pathOf(source.settings);
  if (path === undefined) return sampleTags(cloud);
  const { files } = await publicationsIn(path, cloud);
  const newest = files.at(-1);
  if (newest === undefined) throw new Error(`${path}: expected a publication, got none`);
  const known = await tagsIn(newest, cloud);
  return given === undefined && source.kind === madeUp ? { ...known, complete: false } : known;
}

function pathOf(settings: object): string | undefined {
  const { path } = settings as { readonly path?: unknown };
  return typeof path === 'string' ? path : undefined;
}

async function tagsIn(path: string, cloud: Cloud): Promise<KnownTags> {
  try {
    const { bytes, file, provenance } = await readPublicationFile(path, 'file', { now: () => new Date() });
    const read = readPublication(bytes, { file, provenance, firstSeen: provenance.fetchedAt }, cloud);
    if (read.ok) {
      const names = new Set([...read.catalog.tags.keys(), ...read.setAside.keys()]);
      return { names, from: `publication ${read.publication.changeNumber} (${file})`, complete: true };
    }
    const [first] = read.issues;
    throw new UsageError(
      `expected a publication in ${path}, got one with ${read.issues.length} problems${first ? `: ${formatIssue(first)}` : ''}. Name another file with --publications.`,
    );
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message);
    throw error;
  }
}

function sampleTags(cloud: Config['cloud']): KnownTags {
  const text = generateSample({ cloud: cloud, chapter: quietChapters - 1, lineEnd: '\n' });
  const { values } = JSON.parse(text) as { readonly values: readonly { readonly name: string }[] };
  return { names: new Set(values.map(({ name }) => name)), from: 'the sample', complete: false };
}
