import { ArmError } from './arm-error.ts';
import { ipGroupsIn } from './firewall-references.ts';
import type { Json } from './json.ts';
import type { Write } from './resource-type.ts';

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
