import { createHash } from 'node:crypto';
import { messageOf } from '../core/errors.ts';
import type { RunRecord } from '../ports/runs.ts';
import type { CloseContext } from './context.ts';
import { announce } from './enqueue-notices.ts';

/**
 * Takes damaged and unsealed records out of the way of every run, and tells of each. Told first: dying in between tells
 * the same again, which adds nothing. Throws StoredFormatError, and takes nothing away, where the ledger in force cannot be
 * read. Resolves to how many there were, and to the run that was recorded last.
 */
export async function setAsideDamaged(
  context: CloseContext,
): Promise<{ readonly count: number; readonly last: RunRecord | undefined }> {
  const { found, last } = await context.damage.look();
  if (found.length === 0) return { count: 0, last };
  // By another key everything looks forged, the pauses and refusals among it, and no longer counts once it is set aside.
  await context.ledgers.current();
  for (const record of found) {
    const { id, what, text } = record;
    context.log('a damaged record is set aside', { id, what, text });
    const at = context.now().toISOString();
    await announce(context, `set-aside-${id}`, [{ kind: 'record-set-aside', record: what, text }], at);
    await context.damage.setAside(record);
  }
  return { count: found.length, last: await context.runs.last() };
}

/** Tells, once, that no run can be made because of something that is stored. */
export async function announceStopped(context: CloseContext, error: Error): Promise<void> {
  const text = messageOf(error);
  const id = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const event = { kind: 'record-stops-runs', text } as const;
  await announce(context, `stopped-${id}`, [event], context.now().toISOString());
}
