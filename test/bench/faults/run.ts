import { publicationsFolder } from '../../support/real-publications.ts';
import { benchFaults, type FaultBenchOptions } from './bench.ts';
import { faultTableText } from './table-text.ts';

/** The table on stdout, progress on stderr; false if a bar is not met. Without a folder: the one that SERVICE_TAGS_DATA names. */
export async function runFaults(
  folder: string | undefined,
  options: Pick<FaultBenchOptions, 'seed' | 'pairs' | 'cases' | 'kinds'>,
  json: boolean,
): Promise<boolean> {
  const start = performance.now();
  const result = await benchFaults({
    ...options,
    folder: folder ?? publicationsFolder(),
    onPair: (file, index, all) => process.stderr.write(`${index + 1} of ${all}: ${file}\n`),
  });
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stderr.write(`${result.cases} cases in ${seconds} s\n`);
  process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : faultTableText(result));
  return result.bars.every(({ met }) => met);
}
