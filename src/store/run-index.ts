import { targetStatusOf } from '../core/plan/outcomes.ts';
import type { Intent, RunPage, RunRecord, RunSummary } from '../ports/runs.ts';
import { inverted, keyOf, partitionOf, type Scope, uninverted } from './keys.ts';
import type { Rows } from './rows.ts';

/** Runs read at once for a list. */
const concurrency = 10;

/** How many runs a close notes at most: after an update, those that were closed before there was a summary. */
const notedAtClose = 100;
/** As a rule the second row is noted. */
const rowsAtClose = 3;

/** Asks for one run whole; undefined for one that was never recorded. */
type ReadRun = (run: string) => Promise<RunRecord | undefined>;

interface IndexRow {
  readonly run: string;
  /** Absent until the run is closed, and in rows of before there was one. */
  readonly summary?: RunSummary;
}

/**
 * An index of runs by generation, newest first: two runs may begin in the same moment. A row may name a run that was never
 * recorded, which lists pass over. Once a run is closed, its row has it in short, so that a list asks once for all of them.
 */
export class RunIndex {
  readonly #rows: Rows;
  readonly #partition: string;
  readonly #read: ReadRun;

  constructor(rows: Rows, scope: Scope, read: ReadRun) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'runs');
    this.#read = read;
  }

  async add(intent: Intent): Promise<void> {
    await this.#rows.insert(this.#partition, { key: indexKeyOf(intent), value: { run: intent.run } });
  }

  /** The run recorded last; undefined before the first. */
  async newest(): Promise<{ readonly run: string; readonly generation: number } | undefined> {
    for await (const { key, row } of this.#newestFirst('', 1)) {
      return { run: row.run, generation: uninverted(key.slice(0, 13)) };
    }
    return undefined;
  }

  /** Newest first, each read whole, but for those that are known. */
  async list(most: number, known: readonly RunRecord[] = []): Promise<readonly RunRecord[]> {
    const read = async (run: string) => known.find(({ intent }) => intent.run === run) ?? (await this.#read(run));
    const found: RunRecord[] = [];
    let ahead: { key: string; run: string }[] = [];
    const take = async () => {
      const records = await Promise.all(ahead.map(({ run }) => read(run)));
      records.forEach((record, i) => {
        // A run recorded at the second attempt has an index row of the first one too, with that one's time.
        if (record !== undefined && indexKeyOf(record.intent) === ahead[i]?.key) found.push(record);
      });
      ahead = [];
    };
    for await (const { key, row } of this.#newestFirst('', most)) {
      if (found.length + ahead.length >= most) await take();
      if (found.length >= most) return found.slice(0, most);
      ahead.push({ key, run: row.run });
      if (ahead.length === concurrency) await take();
    }
    await take();
    return found.slice(0, most);
  }

  /** Newest first, in short. */
  async page(most: number, before?: number): Promise<RunPage> {
    const runs: RunSummary[] = [];
    const from = before === undefined ? '' : `${inverted(before)}~`;
    for await (const { key, row } of this.#newestFirst(from, most)) {
      const last = runs.at(-1);
      if (runs.length === most && last !== undefined) return { runs, next: last.generation };
      const summary = row.summary ?? (await this.#summaryOf(key, row.run))?.summary;
      if (summary !== undefined) runs.push(summary);
    }
    return { runs };
  }

  /**
   * Notes in short what the newest runs were, back to the first that is noted: one that was closed by a process that died
   * before this is among them. Safe to repeat.
   * @param own the run that was closed just now: it is not read again.
   */
  async noteClosed(own?: RunRecord): Promise<void> {
    const unnoted: { readonly key: string; readonly run: string }[] = [];
    for await (const { key, row } of this.#newestFirst('', rowsAtClose - 1)) {
      if (row.summary !== undefined || unnoted.length === notedAtClose) break;
      unnoted.push({ key, run: row.run });
    }
    // The oldest first: dying in between leaves none behind one that is noted.
    for (const { key, run } of unnoted.toReversed()) {
      const found = own?.intent.run === run ? inShort(key, own) : await this.#summaryOf(key, run);
      if (found?.closed) await this.#rows.replace(this.#partition, { key, value: { run, summary: found.summary } });
    }
  }

  async #summaryOf(key: string, run: string): Promise<{ summary: RunSummary; closed: boolean } | undefined> {
    const record = await this.#read(run);
    return record && inShort(key, record);
  }

  /** One row more than `most` is asked for at once: it says whether there are more. */
  async *#newestFirst(from: string, most: number): AsyncGenerator<{ readonly key: string; readonly row: IndexRow }> {
    for await (const { key, value } of this.#rows.range(this.#partition, from, '~', {}, Math.min(most + 1, 1000))) {
      yield { key, row: value as IndexRow };
    }
  }
}

/** Undefined if the key is another attempt's. */
function inShort(key: string, record: RunRecord): { summary: RunSummary; closed: boolean } | undefined {
  if (indexKeyOf(record.intent) !== key) return undefined;
  return { summary: summaryOf(record), closed: record.closing !== undefined };
}

/** A run in short. */
export function summaryOf({ intent, outcomes, closing }: RunRecord): RunSummary {
  const { run, generation, trigger, by, startedAt, publication, lanes, targets } = intent;
  const writing = new Set(lanes.flatMap((lane) => lane.targets));
  const done = outcomes.filter(({ result }) => result === 'done');
  return {
    run,
    generation,
    trigger,
    ...(by === undefined ? {} : { by }),
    startedAt,
    status: closing?.status ?? 'running',
    ...(closing ? { closedAt: closing.closedAt } : {}),
    ...(publication ? { publication: nameOf(publication) } : {}),
    targets: targets.map((id) => ({
      id,
      status: !closing && writing.has(id) ? 'running' : targetStatusOf(outcomes.filter(({ target }) => target === id)),
    })),
    added: done.reduce((sum, { added }) => sum + added.length, 0),
    removed: done.reduce((sum, { removed }) => sum + removed.length, 0),
    armWrites: outcomes.reduce((sum, { writes }) => sum + writes, 0),
    ...(outcomes.some(({ resumed }) => resumed) ? { armWritesAtLeast: true } : {}),
  };
}

function nameOf(publication: NonNullable<Intent['publication']>): NonNullable<RunSummary['publication']> {
  const { cloud, changeNumber, date, file, digest } = publication;
  return { cloud, changeNumber, date, file, digest };
}

function indexKeyOf(intent: Intent): string {
  return keyOf(inverted(intent.generation), intent.run);
}
