import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import { ArmError } from './arm-error.ts';
import { textAt } from './json.ts';

/** What asking for an operation takes of the ARM client. */
interface Asker {
  readonly pace: Pace;
  page(subject: string, signal: AbortSignal, url: string): Promise<unknown>;
}

/**
 * Waits for the end of each operation that was begun at `since` or later and whose end nobody saw. Throws ArmError with what Azure says if one
 * failed. One that Azure knows no more is over: it forgets them after some days, and the live state tells what became of it.
 */
export async function followOperations(
  arm: Asker,
  operations: Operations,
  since: Date,
  signal: AbortSignal,
): Promise<void> {
  for (const { url, subject } of await operations.open(since)) {
    try {
      while (isUnderWay(await arm.page(subject, signal, url))) await arm.pace.sleep(arm.pace.pollMs, signal);
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      if (error.operationEnded || error.status === 404) await operations.ended(url);
      if (error.status === 404) continue;
      throw error;
    }
    await operations.ended(url);
  }
}

/**
 * A failed one never gets here: asking for it throws. An answer without a status tells of an end as well, as the SDK takes
 * it; who waited for more would wait for good, and the live state tells what became of it.
 */
function isUnderWay(answer: unknown): boolean {
  const status = textAt(answer, 'status');
  return status !== undefined && status.toLowerCase() !== 'succeeded';
}
