import type { RunMessage } from '../ports/queues.ts';
import type { Intent } from '../ports/runs.ts';
import { messageOf, requestedIn, rowOf, withBegun, withRequest } from './requested-runs.ts';
import type { StateRows } from './state-rows.ts';

/** Runs that are asked for, in the row `requested`. See Runs for what each method promises. */
export class RunRequests {
  readonly #state: StateRows;
  readonly #isRecorded: (run: string) => Promise<boolean>;
  readonly #now: () => Date;

  constructor(state: StateRows, isRecorded: (run: string) => Promise<boolean>, now: () => Date) {
    this.#state = state;
    this.#isRecorded = isRecorded;
    this.#now = now;
  }

  async request(message: RunMessage): Promise<RunMessage> {
    let standing = message;
    await this.#state.change('requested', async (row) => {
      const before = requestedIn(row);
      // This very request, sent again because its answer was lost.
      const known = before.find(({ run }) => run === message.run);
      if (known) {
        standing = messageOf(known);
        return undefined;
      }
      // One that has begun is never joined: take() drops it, once it is recorded.
      const begun = before.filter((one) => one.begun !== undefined);
      const next = await this.#unrecorded(before.filter((one) => one.begun === undefined));
      const joined = withRequest([...begun, ...next], message, this.#now().toISOString());
      standing = messageOf(joined.standing);
      return rowOf(joined.asked);
    });
    return standing;
  }

  async queued(recorded?: string): Promise<readonly RunMessage[]> {
    const asked = requestedIn(await this.#state.get('requested')).filter(({ run }) => run !== recorded);
    return (await this.#unrecorded(asked)).map(messageOf);
  }

  async take(message: RunMessage, generation: number): Promise<RunMessage> {
    let taken = message;
    await this.#state.change('requested', async (row) => {
      // Its worker, which holds the run lease, has just seen that it is not recorded; were it so now, record() says it.
      const before = requestedIn(row);
      const own = before.filter(({ run }) => run === message.run);
      const others = await this.#unrecorded(before.filter(({ run }) => run !== message.run));
      const asked = withBegun(
        before.filter((one) => own.includes(one) || others.includes(one)),
        message.run,
        generation,
      );
      const [marked] = asked.filter(({ run }) => run === message.run);
      taken = marked === undefined ? message : messageOf(marked);
      return marked && rowOf(asked);
    });
    return taken;
  }

  /** A worker that was away for so long that its lease went to another one must not record what it read before that. */
  async checkBegun({ run, generation }: Pick<Intent, 'run' | 'generation'>): Promise<void> {
    const asked = requestedIn(await this.#state.get('requested')).find((one) => one.run === run);
    if (asked === undefined || asked.begun === generation) return;
    throw new Error(
      `run ${run}: expected it to be begun as generation ${generation}, got ${asked.begun ?? 'none'}: another worker began meanwhile, and more may be asked of this run; begin it again`,
    );
  }

  async #unrecorded<T extends { readonly run: string }>(asked: readonly T[]): Promise<readonly T[]> {
    const recorded = await Promise.all(asked.map(({ run }) => this.#isRecorded(run)));
    return asked.filter((_, i) => !recorded[i]);
  }
}
