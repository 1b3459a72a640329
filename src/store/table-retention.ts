import type { Delivery } from '../ports/queues.ts';
import type { Past, Removed, Retention } from '../ports/retention.ts';
import type { RunSummary, Runs } from '../ports/runs.ts';
import { keyOf, partitionOf, type Scope, uninverted } from './keys.ts';
import { type Place, pastPulls, pastTexts } from './past-data.ts';
import type { Rows } from './rows.ts';

/** Says, in the partition of a run, that its plans are gone. It lies before `plan|`, so that whoever lists plans does not meet it. */
const goneKey = 'plan-gone';

/** Plans, what was planned again, and who began: the rows of a run behind its outcomes. */
const fromPlans = 'plan|';

const cursorKey = 'plans-removed';

/** Removes rows of runs and notices. How far plans were removed is in the partition `retention`, so that no run is looked at twice. */
export class TableRetention implements Retention {
  readonly #rows: Rows;
  readonly #scope: Scope;
  readonly #runs: Pick<Runs, 'get'>;
  readonly #now: () => Date;
  readonly #pulls: readonly Rows[];
  readonly #places: readonly Place[];

  /** `pulls`: every table that has had pulls; `places`: every place that has long rows. */
  constructor(
    {
      rows,
      pulls,
      places,
    }: { readonly rows: Rows; readonly pulls: readonly Rows[]; readonly places: readonly Place[] },
    scope: Scope,
    runs: Pick<Runs, 'get'>,
    now: () => Date,
  ) {
    this.#rows = rows;
    this.#pulls = pulls;
    this.#places = places;
    this.#scope = scope;
    this.#runs = runs;
    this.#now = now;
  }

  async removePlans({ before, newest, most }: Parameters<Retention['removePlans']>[0]): Promise<Removed> {
    const state = partitionOf(this.#scope, 'retention');
    const cursor = (await this.#rows.get(state, cursorKey)) as { readonly through: string } | undefined;
    const behind: { readonly key: string; readonly run: string; readonly summary?: RunSummary }[] = [];
    let number = 0;
    // Newest first: up to the run that was done last.
    for await (const { key, value } of this.#rows.range(partitionOf(this.#scope, 'runs'), '', cursor?.through ?? '~')) {
      if (++number > newest)
        behind.push({ key, ...(value as { readonly run: string; readonly summary?: RunSummary }) });
    }
    let count = 0;
    let through: string | undefined;
    for (const { key, run, summary } of behind.reverse()) {
      // Of a run that was never recorded nothing is known, and nothing is there.
      const began = summary?.startedAt ?? (await this.#runs.get(run, () => []))?.intent.startedAt ?? '';
      if (began >= before || count === most) {
        await this.#noteThrough(through);
        return { count, left: began < before };
      }
      await this.#removePlansOf(run);
      through = key;
      count++;
    }
    await this.#noteThrough(through);
    return { count, left: false };
  }

  async plansRemoved(run: string): Promise<string | undefined> {
    const value = await this.#rows.get(partitionOf(this.#scope, 'run', run), goneKey);
    return (value as { readonly at: string } | undefined)?.at;
  }

  async removeNotices({ before, most }: Parameters<Retention['removeNotices']>[0]): Promise<Removed> {
    let count = 0;
    for await (const { key: channel } of this.#rows.range(partitionOf(this.#scope, 'channels'), '', '~')) {
      // The key is the channel as its partition has it.
      const partition = `${partitionOf(this.#scope, 'deliveries')}|${channel}`;
      const old: string[] = [];
      for await (const { key, value } of this.#rows.range(partition, '', '~')) {
        const { delivery, state } = value as { readonly delivery: Delivery; readonly state: string };
        const { run, at } = delivery.notice;
        if (state !== 'pending' && run !== undefined && at < before) old.push(key);
        if (count + old.length > most) break;
      }
      await this.#rows.delete(partition, old.slice(0, most - count));
      count += Math.min(old.length, most - count);
      if (count === most) return { count, left: true };
    }
    return { count, left: false };
  }

  pastPulls(what: Parameters<Retention['pastPulls']>[0]): Promise<readonly Past[]> {
    return pastPulls(this.#pulls, this.#scope, what);
  }

  pastTexts(what: Parameters<Retention['pastTexts']>[0]): Promise<readonly Past[]> {
    return pastTexts(this.#places, this.#scope, what);
  }

  /** The mark first: whoever finds no plans finds out why. */
  async #removePlansOf(run: string): Promise<void> {
    const partition = partitionOf(this.#scope, 'run', run);
    const keys = (await this.#rows.keys(partition)).filter((key) => key >= fromPlans);
    if (keys.length > 0) {
      await this.#rows.insert(partition, { key: goneKey, value: { at: this.#now().toISOString() } });
      await this.#rows.delete(partition, keys);
    }
    // Only the newest runs are asked whether their notices were made.
    await this.#rows.deleteIfThere(partitionOf(this.#scope, 'swept'), keyOf(run));
  }

  async #noteThrough(through: string | undefined): Promise<void> {
    if (through === undefined) return;
    const value = { through, generation: uninverted(through.slice(0, 13)) };
    await this.#rows.replace(partitionOf(this.#scope, 'retention'), { key: cursorKey, value });
  }
}
