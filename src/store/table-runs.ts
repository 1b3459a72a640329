import type { DomainEvent } from '../core/event.ts';
import type { Outcome, Plan } from '../core/plan/plan-types.ts';
import type { RunMessage } from '../ports/queues.ts';
import {
  type Closing,
  type Intent,
  type NamedRun,
  OpenRunError,
  type RunPage,
  type RunRecord,
  type Runs,
} from '../ports/runs.ts';
import type { DamagedRow } from './damaged-row.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { NewRow, Rows } from './rows.ts';
import { RunIndex } from './run-index.ts';
import { RunRequests } from './run-requests.ts';
import type { StateRows } from './state-rows.ts';

/**
 * Runs in table rows. One partition a run, in the order of its keys:
 *
 *     closed          status and time            } inserted in one transaction
 *     events          those of the close         }
 *     intent          the header: without it the run does not exist
 *     outcome|...     one a target and subject, inserted once
 *     plan|...        one a target
 *     replan|...      one a target and number, from 0, for each time it was planned again
 *     worked|...      one a target that a worker started on
 *
 * Beside them a partition `runs` (`RunIndex`), and in the partition `state` the rows `open` (the run recorded last), `requested` (the runs asked for) and `generation`.
 *
 * What is left when the process dies between two requests:
 * - record() writes open, index, then plans, outcomes and intent, in transactions with the intent in the last. Until
 *   then open and index name a run that does not exist, which readers pass over; recording it again clears its rows and
 *   starts anew, and recording another run takes the row `open`.
 * - close() is one transaction. Of a close whose row `closed` is gone, that one is written again. The row `open` stays and names a closed run, which is not open. The index has the run in
 *   short after that: until the next close notes it, a list reads the run itself.
 * - request() writes one row; the message that did not go out is sent with the next request, which gets it back, at the
 *   close of a run, and by maintenance.
 * - take() writes the same row; a run that has begun and was never recorded is begun again.
 * - nextGeneration() skips a number.
 */
export class TableRuns implements Runs {
  readonly #rows: Rows;
  readonly #scope: Scope;
  readonly #now: () => Date;
  readonly #state: StateRows;
  readonly #index: RunIndex;
  readonly #requests: RunRequests;
  /** A run that was read and is closed, which it stays. */
  #closed: string | undefined;
  /** A run of which there was nothing when it was read. */
  #absent: string | undefined;

  constructor(rows: Rows, state: StateRows, scope: Scope, now: () => Date) {
    this.#rows = rows;
    this.#scope = scope;
    this.#now = now;
    this.#state = state;
    this.#index = new RunIndex(rows, scope, (run) => this.get(run));
    this.#requests = new RunRequests(state, (run) => this.#isRecorded(run), now);
  }

  async nextGeneration(): Promise<number> {
    let generation = 0;
    await this.#state.change('generation', async (value) => {
      const last = (value as { readonly generation: number } | undefined)?.generation;
      // A row that was set aside: what it counted follows from the runs.
      generation = (last ?? (await this.#index.newest())?.generation ?? 0) + 1;
      return { generation };
    });
    return generation;
  }

  request(message: RunMessage): Promise<RunMessage> {
    return this.#requests.request(message);
  }

  queued(recorded?: string): Promise<readonly RunMessage[]> {
    return this.#requests.queued(recorded);
  }

  take(message: RunMessage, generation: number): Promise<RunMessage> {
    return this.#requests.take(message, generation);
  }

  async record(intent: Intent, plans: readonly Plan[]): Promise<'recorded' | 'known'> {
    const partition = this.#partition(intent.run);
    // What is left of an earlier attempt is asked for again: another worker may have recorded the run over it.
    const left = this.#absent === intent.run ? [] : await this.#rows.keys(partition);
    this.#absent = undefined;
    if (left.includes('intent') && (await this.#isRecorded(intent.run))) return 'known';
    await this.#rows.delete(partition, left);

    await this.#state.change('open', async (value) => {
      const last = ((value as Named | undefined) ?? (await this.#index.newest()))?.run;
      if (last === intent.run && value !== undefined) return undefined;
      if (last !== undefined && last !== intent.run && (await this.#isOpen(last))) {
        throw new OpenRunError(
          `expected no open run before ${intent.run}, got ${last}, recorded and not closed; let it end and close it first`,
        );
      }
      return { run: intent.run };
    });
    await this.#index.add(intent);

    const rows: NewRow[] = [
      ...plans.map((plan) => ({ key: keyOf('plan', plan.target), value: { plan } })),
      ...intent.outcomes.map(outcomeRow),
      { key: 'intent', value: { intent } },
    ];
    await this.#requests.checkBegun(intent);
    if ((await this.#rows.insertAll(partition, rows)) === 'inserted') return 'recorded';
    if (await this.#isRecorded(intent.run)) return 'known';
    throw new Error(`run ${intent.run}: another process is recording it now; start it again`);
  }

  async last(): Promise<RunRecord | undefined> {
    const last = (await this.#state.get('open')) as Named | undefined;
    return last === undefined ? await this.newest() : await this.get(last.run);
  }

  /** The same by the index, where no row says it. */
  async newest(): Promise<RunRecord | undefined> {
    const last = await this.#index.newest();
    return last && (await this.get(last.run));
  }

  async open(): Promise<RunRecord | undefined> {
    const record = await this.last();
    return record?.closing === undefined ? record : undefined;
  }

  async get(run: string, only?: (intent: Intent) => readonly string[]): Promise<RunRecord | undefined> {
    const { record } = await this.#read(run, only ? 'outcome' : 'plan');
    if (record === undefined || only === undefined) return record;
    const outcomes: Outcome[] = [];
    for (const target of only(record.intent)) outcomes.push(...(await this.outcomesOf(run, target)));
    return { ...record, outcomes };
  }

  async recorded(run: string): Promise<RunRecord | undefined> {
    const keys = await this.#rows.keys(this.#partition(run));
    this.#absent = keys.length === 0 ? run : undefined;
    return keys.includes('intent') ? await this.get(run) : undefined;
  }

  /** A run with what is damaged of it, up to its plans. */
  readWithDamage(run: string): Promise<{ readonly record?: RunRecord; readonly damaged: readonly DamagedRow[] }> {
    return this.#read(run, 'plan');
  }

  /** @param to its rows are read up to this key. */
  async #read(
    run: string,
    to: string,
  ): Promise<{ readonly record?: RunRecord; readonly damaged: readonly DamagedRow[] }> {
    let intent: Intent | undefined;
    let closed: Omit<Closing, 'events'> | undefined;
    let events: readonly DomainEvent[] = [];
    const outcomes: Outcome[] = [];
    const damagedRows: DamagedRow[] = [];
    for await (const { key, read, damaged } of this.#rows.rangeWithDamage(this.#partition(run), '', to)) {
      if (damaged) damagedRows.push(damaged);
      if (read === undefined) continue;
      const { value } = read;
      if (key === 'intent') intent = (value as { readonly intent: Intent }).intent;
      else if (key === 'closed') closed = (value as { readonly closed: Omit<Closing, 'events'> }).closed;
      else if (key === 'events') events = (value as { readonly events: readonly DomainEvent[] }).events;
      else outcomes.push((value as { readonly outcome: Outcome }).outcome);
    }
    if (intent === undefined) return { damaged: damagedRows };
    if (closed !== undefined) this.#closed = run;
    const record = { intent, outcomes, ...(closed === undefined ? {} : { closing: { ...closed, events } }) };
    return { record, damaged: damagedRows };
  }

  async begin(run: string, target: string): Promise<'first' | 'again'> {
    const row = { key: keyOf('worked', target), value: { at: this.#now().toISOString() } };
    return (await this.#rows.insert(this.#partition(run), row)) === 'inserted' ? 'first' : 'again';
  }

  async outcomesOf(run: string, target: string): Promise<readonly Outcome[]> {
    const from = keyOf('outcome', target);
    const outcomes: Outcome[] = [];
    for await (const { value } of this.#rows.range(this.#partition(run), `${from}|`, `${from}}`)) {
      outcomes.push((value as { readonly outcome: Outcome }).outcome);
    }
    return outcomes;
  }

  async hasOutcome(run: string, target: string, subject: string): Promise<boolean> {
    return await this.#rows.has(this.#partition(run), keyOf('outcome', target, subject));
  }

  async addReplan(run: string, plan: Plan): Promise<void> {
    for (let number = (await this.replans(run, plan.target)).length; ; number++) {
      const key = keyOf('replan', plan.target, String(number).padStart(4, '0'));
      const done = await this.#rows.insert(this.#partition(run), { key, value: { plan } });
      // One worker at a time adds plans, so a row that is there already is not one of ours, or has this very plan.
      if (done === 'inserted' || (await this.#rows.hasOwn(this.#partition(run), key))) return;
    }
  }

  async replans(run: string, target: string): Promise<readonly Plan[]> {
    const from = keyOf('replan', target);
    const plans: Plan[] = [];
    for await (const { value } of this.#rows.range(this.#partition(run), `${from}|`, `${from}}`)) {
      plans.push((value as { readonly plan: Plan }).plan);
    }
    return plans;
  }

  async plan(run: NamedRun, target: string): Promise<Plan | undefined> {
    const [value, recorded] = await Promise.all([
      this.#rows.get(this.#partition(idOf(run)), keyOf('plan', target)),
      this.#hasIntent(run),
    ]);
    return recorded ? (value as { readonly plan: Plan } | undefined)?.plan : undefined;
  }

  async plans(run: NamedRun): Promise<readonly Plan[]> {
    if (!(await this.#hasIntent(run))) return [];
    const plans: Plan[] = [];
    for await (const { value } of this.#rows.range(this.#partition(idOf(run)), 'plan|', 'plan}')) {
      plans.push((value as { readonly plan: Plan }).plan);
    }
    return plans;
  }

  list(most: number, known: readonly RunRecord[] = []): Promise<readonly RunRecord[]> {
    return this.#index.list(most, known);
  }

  page(most: number, before?: number): Promise<RunPage> {
    return this.#index.page(most, before);
  }

  async insertOutcome(run: string, outcome: Outcome): Promise<'inserted' | 'known'> {
    return await this.#rows.insert(this.#partition(run), outcomeRow(outcome));
  }

  async close(of: string | RunRecord, closing: Closing): Promise<'closed' | 'known'> {
    const run = idOf(of);
    if (typeof of === 'string' && !(await this.#isRecorded(run))) {
      throw new Error(`expected run ${run} to be recorded before it is closed`);
    }
    const { events, ...closed } = closing;
    const row = { key: 'closed', value: { closed } };
    const both = await this.#rows.insertAll(this.#partition(run), [row, { key: 'events', value: { events } }]);
    // Where events alone are left, somebody took the other row away, or it was set aside: without it the run is open for ever.
    const inserted = both === 'known' ? await this.#rows.insert(this.#partition(run), row) : both;
    await this.#index.noteClosed(typeof of === 'string' || inserted === 'known' ? undefined : { ...of, closing });
    return inserted === 'inserted' ? 'closed' : 'known';
  }

  /** Without its content: that is for others to read, can be long, and would be asked for with every plan. */
  async #hasIntent(run: NamedRun): Promise<boolean> {
    return typeof run !== 'string' || (await this.#rows.has(this.#partition(run), 'intent'));
  }

  #partition(run: string): string {
    return partitionOf(this.#scope, 'run', run);
  }

  async #isRecorded(run: string): Promise<boolean> {
    if (run === this.#closed) return true;
    return await this.#rows.hasOwn(this.#partition(run), 'intent');
  }

  async #isOpen(run: string): Promise<boolean> {
    if (run === this.#closed) return false;
    // As a rule it is closed, which says that it was recorded.
    return !(await this.#rows.hasOwn(this.#partition(run), 'closed')) && (await this.#isRecorded(run));
  }
}

function idOf(run: NamedRun): string {
  return typeof run === 'string' ? run : run.intent.run;
}

interface Named {
  readonly run: string;
}

function outcomeRow(outcome: Outcome): NewRow {
  return { key: keyOf('outcome', outcome.target, outcome.subject), value: { outcome } };
}
