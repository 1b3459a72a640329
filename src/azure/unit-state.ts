import { createHash } from 'node:crypto';
import { type JsonObject, objectAt, textAt } from '../core/json.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import type { LiveUnit, UnitChange } from '../core/plan/live.ts';
import { digestUnit } from '../core/plan/ownership.ts';
import { ArmError, unreadable, writtenAgain } from './arm/arm-error.ts';
import { partsOfId } from './arm/resource-id.ts';

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

/**
 * By the type of a resource, the command and the option for each name in its id. Each reads the resource and writes back
 * what it read; that of registries is a PATCH. Source: Azure CLI and its extensions `ip-group` and `azure-firewall`.
 */
const commands: Readonly<Record<string, readonly [command: string, ...options: string[]]>> = {
  'microsoft.network/ipgroups': ['network ip-group update', '--name'],
  'microsoft.network/azurefirewalls': ['network firewall update', '--name'],
  'microsoft.network/firewallpolicies': ['network firewall policy update', '--name'],
  'microsoft.network/firewallpolicies/rulecollectiongroups': [
    'network firewall policy rule-collection-group update',
    '--policy-name',
    '--name',
  ],
  'microsoft.network/networksecuritygroups': ['network nsg update', '--name'],
  'microsoft.network/networksecuritygroups/securityrules': ['network nsg rule update', '--nsg-name', '--name'],
  'microsoft.containerregistry/registries': ['acr update', '--name'],
};

/** The one `az` command with which a person saves a resource again unchanged. */
export function saveAgain(id: string): string {
  const [, , subscription = '', , group = ''] = id.split('/');
  const { type, names } = partsOfId(id);
  const [command, ...options] = commands[type.toLowerCase()] ?? [];
  if (command === undefined) return `az resource update --ids '${id}'`;
  const named = options.map((option, at) => `${option} ${word(names[at] ?? '')}`);
  return ['az', command, ...named, `--resource-group ${word(group)}`, `--subscription ${subscription}`].join(' ');
}

/** Names of resource groups may hold parentheses, which a shell reads as its own. */
function word(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name}'`;
}

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
