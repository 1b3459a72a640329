import { ArmError, unreadable, writtenAgain } from './arm-error.ts';
import { type JsonObject, objectAt, textAt } from './json.ts';

const ended: readonly string[] = ['Succeeded', 'Failed', 'Canceled'];

/** ARM's provisioningState of a raw resource. Throws ArmError `unreadable` if there is none. */
export function stateOf(subject: string, resource: JsonObject): string {
  const state = textAt(objectAt(resource, 'properties'), 'provisioningState');
  if (state === undefined) throw unreadable(subject, 'Azure answered a resource without provisioningState');
  return state;
}

/** Throws an ArmError `busy`, worth retrying, while an operation on the resource is under way. */
export function requireTerminalState(subject: string, resource: JsonObject): void {
  const state = stateOf(subject, resource);
  if (ended.includes(state)) return;
  throw new ArmError('busy', `${subject}: it is in state ${state}. Another operation holds it: wait for its end.`, {
    mayPass: true,
  });
}

/** Throws an ArmError `failed-state` unless the resource reports Succeeded after a write. */
export function requireSucceeded(subject: string, resource: JsonObject): void {
  const state = stateOf(subject, resource);
  if (state === 'Succeeded') return;
  throw new ArmError(
    'failed-state',
    `${subject}: the write was accepted, but the resource is now in state ${state}, not Succeeded. ${writtenAgain}`,
  );
}
