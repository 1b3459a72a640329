import { ArmError, isJson, type Json, objectAt } from './json.ts';
import type { Resource, Resources, Write } from './resource-type.ts';
import { keyOf } from './resource-type.ts';

/** Keys under which rules of firewalls and of policies name IP groups. */
const naming = ['sourceIpGroups', 'destinationIpGroups'];

/** Bodies are replaced, never changed, so what was found in one stays true. */
const found = new WeakMap<Json, ReadonlyMap<string, string>>();

/** The ids of the IP groups that the rules in `body` name, by key. */
export function ipGroupsIn(body: Json): ReadonlyMap<string, string> {
  const known = found.get(body);
  if (known !== undefined) return known;
  const groups = new Map<string, string>();
  collect(body, groups);
  found.set(body, groups);
  return groups;
}

function collect(value: unknown, groups: Map<string, string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, groups);
  if (!isJson(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!naming.includes(key)) collect(inner, groups);
    else if (Array.isArray(inner)) for (const id of inner) groups.set(keyOf(String(id)), String(id));
  }
}

/** Classic firewalls whose own rules name the IP group. */
export function firewallsNaming(id: string, state: Resources): readonly string[] {
  return ofType(state, 'Microsoft.Network/azureFirewalls')
    .filter((firewall) => ipGroupsIn(firewall.body).has(keyOf(id)))
    .map((firewall) => firewall.path.id);
}

/** Policies with a rule collection group that names the IP group. */
export function policiesNaming(id: string, state: Resources): readonly string[] {
  const groups = ofType(state, 'Microsoft.Network/firewallPolicies/ruleCollectionGroups');
  const naming = groups.filter((group) => ipGroupsIn(group.body).has(keyOf(id)));
  return [...new Set(naming.flatMap((group) => group.path.parent ?? []))];
}

/** Firewalls that follow a policy. */
export function firewallsUnder(policy: string, state: Resources): readonly string[] {
  const follows = (firewall: Resource) => objectAt(objectAt(firewall.body, 'properties'), 'firewallPolicy').id;
  return ofType(state, 'Microsoft.Network/azureFirewalls')
    .filter((firewall) => keyOf(String(follows(firewall))) === keyOf(policy))
    .map((firewall) => firewall.path.id);
}

/** How an operation on a policy ends while a firewall under it is in state Failed; undefined: with success. */
export function policyFailure(policy: string, state: Resources): Failure | undefined {
  const failed = countFailed(firewallsUnder(policy, state), state);
  const name = policy.split('/').at(-1);
  const message = `Put on Firewall Policy ${name} Failed with ${failed} faulted referenced firewalls`;
  return failed === 0 ? undefined : { code: 'FirewallPolicyUpdateFailed', message };
}

/** How a write of an IP group ends while a firewall or policy that uses it is in state Failed. */
export function ipGroupFailure(group: string, state: Resources): Failure | undefined {
  const failed = countFailed(usersOf(group, state), state);
  const name = group.split('/').at(-1);
  const message = `Put on IP Groups ${name} Failed with ${failed} faulted referenced firewalls`;
  return failed === 0 ? undefined : { code: 'IpGroupsUpdateFailed', message };
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Every firewall and policy that is updated along with an IP group. */
export function usersOf(group: string, state: Resources): readonly string[] {
  const policies = policiesNaming(group, state);
  const under = policies.flatMap((policy) => firewallsUnder(policy, state));
  return [...firewallsNaming(group, state), ...policies, ...under];
}

function countFailed(ids: readonly string[], state: Resources): number {
  return ids.filter((id) => state.get(id)?.provisioningState === 'Failed').length;
}

export function asReferences(ids: readonly string[]): readonly { readonly id: string }[] {
  return ids.map((id) => ({ id }));
}

function ofType(state: Resources, type: string): readonly Resource[] {
  return state.all().filter((resource) => resource.type.type === type);
}

/** The groups that `bodies` name must be few enough, be there, and be ready. Throws ArmError. */
export function checkIpGroups({ path, body, state }: Write, bodies: readonly Json[], most: number): void {
  const named = new Set(bodies.flatMap((one) => [...ipGroupsIn(one).keys()]));
  if (named.size > most) {
    // The code is not documented.
    const message = `${path.name} uses ${named.size} IP groups; at most ${most} are allowed.`;
    throw new ArmError(400, 'IpGroupsLimitExceeded', message);
  }
  for (const id of ipGroupsIn(body).values()) {
    const group = state.get(id);
    if (group === undefined) {
      const message = `Resource ${id} referenced by resource ${path.id} was not found. Please make sure that it exists.`;
      throw new ArmError(400, 'InvalidResourceReference', message);
    }
    if (group.provisioningState === 'Succeeded') continue;
    const message =
      `Cannot proceed with operation because resource ${id} used by resource ${path.id} is not in Succeeded state. ` +
      `Resource is in ${group.provisioningState} state.`;
    throw new ArmError(409, 'ReferencedResourceNotProvisioned', message);
  }
}
