import { parseEntry } from '../../core/address/entry.ts';
import { PrefixError } from '../../core/address/prefix.ts';
import type { Live } from '../../core/plan/live.ts';
import type { DryRun, RunView } from '../../run/service.ts';
import type { FileFacts } from './publication-runs.ts';

/** A target as it was read back at the end. */
export interface TargetRead {
  readonly id: string;
  readonly kind: string;
  readonly live?: Live;
  readonly error?: string;
}

/** What a run was given to look at. */
interface LineFacts {
  readonly given: FileFacts | undefined;
  /** Whether it looked at made-up publications. */
  readonly sample: boolean;
}

/**
 * A run as one JSON object for scripts. `publication` is the file the run looked at, also if it was refused; `inForce`
 * is the one the lists follow afterwards. `live` holds the prefixes read back from each target. `sample`: all of it is
 * made up.
 */
export function runLine(run: RunView, { given, sample }: LineFacts, targets: readonly TargetRead[]): object {
  const inForce = publicationOf(run);
  return {
    publication: given ?? inForce,
    inForce,
    sample,
    run: run.run,
    status: run.status,
    trigger: run.trigger,
    startedAt: run.startedAt,
    closedAt: run.closedAt,
    armWrites: run.armWrites,
    armWritesAtLeast: run.armWritesAtLeast,
    targets: targets.map(({ id, kind, live, error }) => ({
      id,
      kind,
      status: run.targets.find((target) => target.id === id)?.status ?? 'not in this run',
      live: live === undefined ? null : prefixesOf(live),
      ...(error === undefined ? {} : { error }),
    })),
    events: run.events,
  };
}

/** A dry run as one JSON object. */
export function dryRunLine(dryRun: DryRun, { given, sample }: LineFacts): object {
  const inForce = publicationOf(dryRun);
  const { plans, outcomes, events } = dryRun;
  return { publication: given ?? inForce, inForce, sample, dryRun: true, armWrites: 0, plans, outcomes, events };
}

function publicationOf({ publication }: Pick<RunView, 'publication'>): FileFacts | null {
  if (publication === undefined) return null;
  const { file, changeNumber, date, digest } = publication;
  return { file, changeNumber, date, digest };
}

/** All entries as canonical prefixes, in the order they were read; what is no address stays as it is. */
function prefixesOf(live: Live): string[] {
  return live.units.flatMap(({ entries }) =>
    entries.flatMap((entry) => {
      try {
        return parseEntry(entry).set.toPrefixes();
      } catch (error) {
        if (error instanceof PrefixError) return [entry];
        throw error;
      }
    }),
  );
}
