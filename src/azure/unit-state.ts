import type { LiveUnit } from '../core/plan/live.ts';
import type { JsonObject } from './arm/json.ts';
import { stateOf } from './arm/terminal-state.ts';
import { saveAgain } from './save-again.ts';

/**
 * The state of a unit that is, or is part of, the resource `id`, with the command that repairs it. Canceled reads as
 * Failed: Azure leaves it behind in the same way, and the same write mends it.
 */
export function unitState(subject: string, id: string, resource: JsonObject): Pick<LiveUnit, 'state' | 'repair'> {
  return isLeftFailed(subject, resource)
    ? { state: 'Failed', repair: saveAgain(id) }
    : { state: stateOf(subject, resource) };
}

/** Whether the last operation on a resource ended without success. */
export function isLeftFailed(subject: string, resource: JsonObject): boolean {
  return ['Failed', 'Canceled'].includes(stateOf(subject, resource));
}
