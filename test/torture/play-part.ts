import { messageOf } from '../../src/core/errors.ts';
import type { Broken, Part, PartOptions } from './part.ts';

/** A finding, with the line that repeats it. */
interface Finding {
  readonly case: number;
  readonly text: string;
  readonly repeat: string;
}

export interface PartResult {
  readonly part: string;
  readonly unit: string;
  readonly cases: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** Why not all cases were played. */
  readonly ended?: string;
}

interface Bounds {
  /** By performance.now(); no case begins after it. */
  readonly deadline: number;
  /** This case alone. */
  readonly only?: number;
  readonly mostCases?: number;
}

export type Progress = (text: string) => void;

/** One fault is found by many cases: these many show what it is. */
const mostFindings = 10;
const progressMs = 5_000;

/** Plays the cases of a part, one after the other, until they or the time are over. */
export async function playPart(
  part: Part,
  options: PartOptions,
  { deadline, only, mostCases = Number.POSITIVE_INFINITY }: Bounds,
  say: Progress,
): Promise<PartResult> {
  const started = performance.now();
  const findings: Finding[] = [];
  const open = await part.open(options);
  const total = Math.min(part.cases[options.form], open.cases ?? Number.POSITIVE_INFINITY, mostCases);
  // The short form numbers its own.
  const short = options.form === 'short' ? ' --short' : '';
  let [played, told, ended] = [0, started, undefined as string | undefined];
  try {
    for (const index of only === undefined ? Array(total).keys() : [only]) {
      if (findings.length >= mostFindings) ended = `${mostFindings} findings are enough`;
      else if (performance.now() > deadline) ended = 'the time was over';
      if (ended !== undefined) break;
      for (const broken of await brokenBy(() => open.play(index))) {
        const repeat = `npm run torture -- --only ${part.name} ${broken.repeat ?? `--seed ${options.seed}${short} --case ${index}`}`;
        findings.push({ case: index, text: broken.text, repeat });
        say(`${part.name}: ${broken.text}\n  ${repeat}`);
      }
      played += 1;
      if (performance.now() - told > progressMs) {
        told = performance.now();
        say(`${part.name}: ${played} of ${total} ${part.unit}, ${findings.length} findings`);
      }
    }
    return {
      part: part.name,
      unit: part.unit,
      cases: played,
      counts: open.counts?.() ?? {},
      findings,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      ...(ended === undefined ? {} : { ended }),
    };
  } finally {
    await open.close?.();
  }
}

async function brokenBy(play: () => Promise<readonly Broken[]>): Promise<readonly Broken[]> {
  try {
    return await play();
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 4).join('\n') : '';
    return [{ text: `expected an answer of the service's own, got an error: ${messageOf(error)}\n${stack}` }];
  }
}
