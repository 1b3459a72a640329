import fc from 'fast-check';
import { type Beginning, beginning, step } from './arbitraries.ts';
import { Played } from './played.ts';
import type { PromiseName } from './promises.ts';
import type { Step } from './step.ts';
import { take } from './steps.ts';
import { layoutOf } from './world/config-plan.ts';
import { fileOf } from './world/publish.ts';
import { World } from './world/world.ts';

const start = new Date('2026-01-05T08:00:00.000Z');
/** The number of steps is drawn evenly from none to this. */
const maxSteps = 60;

class StepCommand implements fc.AsyncCommand<object, Played> {
  readonly step: Step;

  constructor(one: Step) {
    this.step = one;
  }

  check(): boolean {
    return true;
  }

  run(_: object, played: Played): Promise<void> {
    return take(played, this.step);
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

/** A world as a history begins in it, with one run made. */
export async function begin({ config, tags, there }: Beginning, skipped: ReadonlySet<PromiseName>): Promise<Played> {
  const world = new World(start);
  const played = new Played(world, config, skipped);
  for (const [id, entries] of Object.entries(there)) {
    const { kind } = played.model.planOf(id);
    const [entry = ''] = entries;
    const family = entry.includes(':') ? 'ipv6' : 'ipv4';
    if (kind === 'feed' || !layoutOf(kind).families.includes(family)) continue;
    played.others(id, (resource) => {
      const key = layoutOf(kind).unitKey(family, 0);
      if (resource.keys().includes(key)) resource.edit(key, () => entries);
      else resource.create(key, family, entries);
    });
  }
  const edition = { number: 100, date: '2026-01-05', tags };
  world.offered = fileOf(edition);
  played.model.offered = { edition, acceptable: true };
  await played.run();
  return played;
}

/** The property that every history keeps every promise. */
export function everyHistory(skipped: ReadonlySet<PromiseName> = new Set(), steps: fc.Arbitrary<Step> = step) {
  const commands = fc.commands([steps.map((one) => new StepCommand(one))], { maxCommands: maxSteps, size: 'max' });
  return fc.asyncProperty(beginning, commands, async (first, history) => {
    await fc.asyncModelRun(async () => ({ model: {}, real: await begin(first, skipped) }), history);
  });
}

/** Plays one history step by step. Throws BrokenPromise. */
export async function play(first: Beginning, history: readonly Step[]): Promise<void> {
  const played = await begin(first, new Set());
  for (const one of history) await take(played, one);
}
