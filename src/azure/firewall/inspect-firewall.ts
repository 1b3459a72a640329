import { isObject, type JsonObject, objectAt, textAt } from '../../core/json.ts';
import type { Problem } from '../../core/plan/live.ts';
import type { Inspected, TargetContext } from '../../ports/target.ts';
import { TargetError } from '../../ports/target.ts';
import type { ArmClient } from '../arm/arm-client.ts';
import { unreadable } from '../arm/arm-error.ts';
import { partsOfId } from '../arm/resource-id.ts';
import { isLeftFailed, saveAgain, stateOf } from '../unit-state.ts';

/** Fields in which firewalls and policies name what is reprogrammed along with them. */
const reached = ['firewalls', 'childPolicies'];

/** Stands for everybody in a deny assignment. */
const everyone = '00000000-0000-0000-0000-000000000000';

/**
 * Whether a firewall or a policy can take a change now: a write of an IP group that one of them refuses has left both
 * Failed until somebody redeployed them. Locks and deny assignments count where the identity may read them.
 * @param written true: the write is one of the resource itself, which mends it where it was left Failed.
 */
export async function inspectFirewall(
  arm: ArmClient,
  log: TargetContext['log'],
  id: string,
  signal: AbortSignal,
  written = false,
): Promise<Inspected> {
  const [name = id] = id.split('/').slice(-1);
  const subject = `${/azureFirewalls/i.test(id) ? 'firewall' : 'firewall policy'} ${name}`;
  const where = `${subject} (${id})`;
  const authorization = async (what: 'locks' | 'denyAssignments') => {
    const path = `${id}/providers/Microsoft.Authorization/${what}`;
    try {
      const { value } = await arm.read(`${what} of ${where}`, signal, path);
      if (Array.isArray(value) && value.every(isObject)) return value;
      throw unreadable(`${what} of ${where}`, 'Azure answered a list without its list of values');
    } catch (error) {
      if (!(error instanceof TargetError) || error.kind !== 'forbidden') throw error;
      log('not looked at before writing: the identity may not read it', { what, of: id });
      return [];
    }
  };
  const [raw, locks, denials, principal] = await Promise.all([
    arm.read(where, signal, id),
    authorization('locks'),
    authorization('denyAssignments'),
    arm.principal(),
  ]);
  const problems: Problem[] = [];
  const state = stateOf(where, raw);
  // Updating passes by itself, and the write waits for it.
  if (state !== 'Succeeded' && state !== 'Updating' && !(written && isLeftFailed(where, raw))) {
    problems.push({
      code: 'firewall-failed',
      text: `The ${where} is in state ${state}: a write that reaches it would fail and may leave it worse.`,
      next: `Look into its activity log, then save it again without a change: \`${saveAgain(id)}\`. The next run goes on by itself.`,
    });
  }
  for (const lock of locks.filter((one) => forbidsWrites(one, id))) {
    problems.push({
      code: 'firewall-locked',
      text: `The ${where} is under the read-only lock ${textAt(lock, 'id') ?? textAt(lock, 'name') ?? ''}: a write that reaches it would leave it Failed.`,
      next: 'Have the lock removed while this service is to write, or take the target out of the config.',
    });
  }
  for (const denial of denials.filter((one) => denies(one, partsOfId(id).type, principal))) {
    const named = textAt(objectAt(denial, 'properties'), 'denyAssignmentName') ?? textAt(denial, 'name') ?? '';
    problems.push({
      code: 'firewall-denied',
      text: `The deny assignment ${named} forbids this service to write the ${where}: a write that reaches it would leave it Failed.`,
      next: 'Have the identity of this service excluded from the deny assignment (for a deployment stack: its excluded principals).',
    });
  }
  const properties = objectAt(raw, 'properties');
  return { problems, behind: reached.flatMap((field) => idsAt(properties, field)) };
}

/** The ARM ids in a list of references. */
export function idsAt(properties: JsonObject, field: string): readonly string[] {
  const list = properties[field];
  return Array.isArray(list) ? list.map((one) => textAt(one, 'id')).filter((id) => id !== undefined) : [];
}

/** A list of locks names those of the parts below as well. */
function forbidsWrites(lock: JsonObject, id: string): boolean {
  const scope = (textAt(lock, 'id') ?? '').toLowerCase().split('/providers/microsoft.authorization/')[0] ?? '';
  const level = textAt(objectAt(lock, 'properties'), 'level');
  return level === 'ReadOnly' && `${id.toLowerCase()}/`.startsWith(`${scope}/`);
}

function denies(assignment: JsonObject, type: string, principal: string | undefined): boolean {
  const properties = objectAt(assignment, 'properties');
  const excluded = idsAt(properties, 'excludePrincipals');
  // Whether the identity is in an excluded group is not ours to know; then the write itself will tell.
  if (excluded.some((id) => id === principal) || hasGroup(properties.excludePrincipals)) return false;
  const meant = idsAt(properties, 'principals').some((id) => id === everyone || id === principal);
  const { permissions } = properties;
  if (!meant || !Array.isArray(permissions)) return false;
  const covers = (one: unknown, field: string) => {
    const actions = isObject(one) ? one[field] : undefined;
    return Array.isArray(actions) && actions.some((action) => matches(String(action), `${type}/write`));
  };
  return permissions.some((one) => covers(one, 'actions') && !covers(one, 'notActions'));
}

function hasGroup(principals: unknown): boolean {
  return Array.isArray(principals) && principals.some((one) => textAt(one, 'type') === 'Group');
}

function matches(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'i').test(action);
}
