import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import type { RunContext } from '../run/context.ts';
import { bad, type Check, good, nextOfStorage, note } from './check.ts';

/** Whether what every run reads was written by this service, and is sealed. */
export async function checkRecords(
  { damage }: Pick<RunContext, 'damage'>,
  { SERVICE_TAG_SYNC_UNSEALED: unsealed }: Readonly<Record<string, string | undefined>>,
): Promise<Check> {
  const of = 'records';
  try {
    const found = await damage.find();
    const [first] = found;
    if (first !== undefined) {
      return bad(
        of,
        `${quantity(found.length, 'record')} cannot have been written by this service: ${first.text}`,
        'the next run sets each aside and reports it; find out who may write this storage account (docs/runbook.md#set-aside)',
      );
    }
    const kept = await damage.kept();
    if (kept > 0) {
      return note(
        of,
        `${quantity(kept, 'record')} that this service cannot have written ${kept === 1 ? 'was' : 'were'} set aside before; the rest is as it wrote it`,
        'find out who wrote there; then delete the rows of the partition `set-aside` (docs/runbook.md#set-aside)',
      );
    }
  } catch (error) {
    return bad(of, `cannot be read: ${messageOf(error)}`, nextOfStorage(error));
  }
  if (unsealed !== 'accept') return good(of, 'decisions, runs and state are as this service wrote them');
  return note(
    of,
    'SERVICE_TAG_SYNC_UNSEALED is accept: a record without a seal is taken for one of this service',
    'take the setting away once the log says `sealed with the first key` (docs/upgrade.md)',
  );
}
