import type { RunMessage } from '../ports/queues.ts';
import type { RunContext } from './context.ts';

/**
 * Puts a run that is asked for into the queue. Its targets stay in the store, where more may join them: a message that
 * named some would be the narrower one, and many would not fit into a message.
 */
export async function sendRun({ runQueue }: Pick<RunContext, 'runQueue'>, { run, trigger }: RunMessage): Promise<void> {
  await runQueue.send({ schema: 1, run, trigger });
}

/** Sets the runs to work that are asked for and not recorded. Safe to repeat; how many they are. @param recorded one that is known to be. */
export async function sendQueued(context: Pick<RunContext, 'runs' | 'runQueue'>, recorded?: string): Promise<number> {
  const queued = await context.runs.queued(recorded);
  for (const asked of queued) await sendRun(context, asked);
  return queued.length;
}
