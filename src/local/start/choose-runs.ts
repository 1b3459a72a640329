import path from 'node:path';
import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/open.ts';
import { writeSample } from '../sample/index.ts';
import type { DataFolder, Origin } from './data-folder.ts';
import { publicationsIn } from './publication-runs.ts';
import { whyUnreachable } from './reachable.ts';
import { UsageError } from './usage-error.ts';

/** What the first runs look at. */
export type ChosenRuns =
  | {
      readonly kind: 'files';
      readonly via: 'folder' | 'sample';
      readonly files: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'source'; readonly notes: readonly string[] };

/** How long the download centre may take to answer before the sample stands in for it. */
const answerMs = 10_000;

/**
 * Chooses between the files that were named, the config's source, and the sample. State that came from real
 * publications never meets the sample, nor the other way round. Throws UsageError where it would.
 */
export async function chooseRuns(
  given: { readonly publications?: string },
  config: Config,
  folder: DataFolder,
  store: Store,
): Promise<ChosenRuns> {
  const origin = await originOf(folder, store);
  if (given.publications !== undefined) {
    if (origin === 'sample') {
      throw new UsageError(
        'The state here came from the sample, which is made up: real files cannot go on from it. Give an empty folder with --data.',
      );
    }
    const { files, leftOut } = await publicationsIn(given.publications, config.cloud);
    const notes = leftOut.map((name) => `not used: ${name} (not a file of cloud ${config.cloud})`);
    return { kind: 'files', via: 'folder', files, notes };
  }
  if (config.source.kind !== 'download-centre') return { kind: 'source', notes: [] };
  if (origin === 'sample') {
    const why = 'the state here came from the sample; for real publications give another folder with --data';
    return sampleRuns(config, folder, why);
  }
  const why = await whyUnreachable(config, answerMs);
  if (why === undefined) return { kind: 'source', notes: [] };
  if (origin === 'real') return { kind: 'source', notes: [`${why}: the last accepted publication stays in force`] };
  return sampleRuns(config, folder, why);
}

/** The sample, with a label that nobody can miss. */
export async function sampleRuns(config: Config, folder: DataFolder, why: string): Promise<ChosenRuns> {
  // Without the chapter that asks a question: the first try of a newcomer ends well.
  const files = await writeSample(path.join(folder.path, 'sample'), {
    end: new Date(),
    cloud: config.cloud,
    quiet: true,
  });
  const notes = [`SAMPLE: ${files.length} made-up publications, not Microsoft's addresses (${why})`];
  return { kind: 'files', via: 'sample', files, notes };
}

async function originOf(folder: DataFolder, store: Store): Promise<Origin | undefined> {
  if (folder.origin !== undefined) return folder.origin;
  const via = (await store.ledgers.current())?.ledger.accepted?.provenance.via;
  return via === undefined ? undefined : via === 'sample' ? 'sample' : 'real';
}
