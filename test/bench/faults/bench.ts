import path from 'node:path';
import { defaultPolicy, type Policy } from '../../../src/core/judge/policy.ts';
import { casesOf, slotsOf } from './cases.ts';
import { kindsNamed } from './kinds.ts';
import { readTriple, spread, triplesIn } from './pairs.ts';
import { playCase } from './play.ts';
import { FaultTable, type FaultTableResult } from './table.ts';

export interface FaultBenchOptions {
  /** Folder of ServiceTags_Public_*.json. */
  readonly folder: string;
  readonly seed: string;
  /** Most pairs of files. */
  readonly pairs: number;
  /** Most cases; fewer than there are: spread over all kinds and pairs. */
  readonly cases: number;
  /** Names of kinds; all of them if empty. */
  readonly kinds: readonly string[];
  readonly policy?: Policy;
  /** Called once a pair of files. */
  readonly onPair?: (file: string, index: number, all: number) => void;
}

/** Plants faults into real files, plays each on for half a year, and adds up what came of them. */
export async function benchFaults(options: FaultBenchOptions): Promise<FaultTableResult> {
  const kinds = kindsNamed(options.kinds);
  const folder = path.resolve(options.folder);
  const triples = await triplesIn(folder, options.pairs);
  if (triples.length === 0) {
    throw new RangeError(`expected three consecutive ServiceTags_Public_<date>.json in ${folder}, found none`);
  }
  const slots = triples.flatMap((_, pair) => slotsOf(kinds).map((slot) => ({ pair, slot })));
  const chosen = spread(slots, options.cases);
  const table = new FaultTable(kinds);
  for (const [index, paths] of triples.entries()) {
    const here = chosen.filter(({ pair }) => pair === index).map(({ slot }) => slot);
    if (here.length === 0) continue;
    options.onPair?.(path.basename(paths[2]), index, triples.length);
    for (const fault of casesOf(await readTriple(paths), here, options.seed)) {
      table.add(fault, playCase(fault, options.policy ?? defaultPolicy));
    }
  }
  return table.result();
}
