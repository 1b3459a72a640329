import { createHash } from 'node:crypto';
import { quantity } from '../../core/judge/arithmetic.ts';
import type { LiveUnit, UnitChange } from '../../core/plan/live.ts';
import { digestUnit } from '../../core/plan/ownership.ts';
import { ArmError } from './arm-error.ts';

/**
 * Whether a change is still to be made on a unit just read again. False if the unit is as planned already: a repeated
 * message, or an earlier try whose answer was lost. Throws ArmError `conflict` if somebody changed it since the plan.
 */
export function mustWrite(subject: string, change: UnitChange, now: LiveUnit | undefined, mark: string): boolean {
  if (change.action === 'delete') {
    if (now === undefined) return false;
  } else if (now !== undefined && now.state === 'Succeeded' && now.mark === mark && sameEntries(now, change)) {
    return false;
  }
  const found =
    now === undefined ? 'it does not exist' : `it holds ${quantity(now.entries.length, 'entry', 'entries')}`;
  if (now?.version !== change.version) {
    throw new ArmError(
      'conflict',
      `${subject}: it was changed after the plan was made (now ${found}). Nothing was written: read it again and plan again.`,
    );
  }
  if (now?.mark !== undefined && now.mark !== mark && now.mark !== change.takesOver) {
    throw new ArmError(
      'conflict',
      `${subject}: it belongs to ${now.mark}, not to ${mark}. Nothing was written: read it again and plan again.`,
    );
  }
  return true;
}

/** As verification compares them: entry by entry, however each is spelt. */
function sameEntries({ key, family, entries }: LiveUnit, change: UnitChange): boolean {
  return digestUnit(key, family, entries).digest === digestUnit(key, family, change.entries).digest;
}

/**
 * Version of a unit by its content: everything whose change by somebody else must stop a write, in a fixed order. Not
 * the etag: the rules of a network security group share one, and an IP group's moves whenever a firewall is attached.
 * What is not in the version is taken over from a fresh read before each write, so nothing of it gets lost.
 */
export function unitVersion(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
