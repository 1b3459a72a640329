import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { emptyLedger } from '../../src/core/judge/effective.ts';
import { selectLists } from '../../src/run/selections.ts';
import { targetsOf } from './scale.ts';

interface SelectBench {
  readonly lists: number;
  /** Targets that got their selection. */
  readonly targets: number;
  /** Milliseconds for the first time in this process, as a run has it; on a shared machine trust those of the processor. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Selects for the targets of the scale bench as a run does: the lists once, and then for each target its own. */
export function benchSelect(count: number): SelectBench {
  const now = new Date('2024-01-02T00:00:00Z');
  const text = JSON.stringify(targetsOf(count).config);
  const { config } = parseConfig(text, { file: 'bench', kinds: knownKinds, now });
  const ledger = emptyLedger(config.cloud);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const { selections } = selectLists(config, ledger, now);
  const found = Object.values(config.targets).filter(({ list }) => selections.has(list));
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { lists: selections.size, targets: found.length, wallMs: round(wallMs), cpuMs: round((user + system) / 1000) };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
