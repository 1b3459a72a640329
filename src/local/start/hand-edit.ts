import type { Servers } from './servers.ts';

/** What was done to a resource, as a person in the portal would. */
export interface HandEdit {
  readonly resource: string;
  readonly takenOut: string;
  readonly putIn: string;
}

/** Of an address that belongs to nobody: RFC 5737, TEST-NET-2. */
const putIn = '198.51.100.7';

/**
 * Takes an entry out of the first IP group of the simulated ARM and puts another one in. Undefined where there is none to
 * edit: the config has no such target, or the Resource Manager is not ours.
 */
export async function editByHand({ edit }: Pick<Servers, 'edit'>): Promise<HandEdit | undefined> {
  let done: HandEdit | undefined;
  await edit((resources) => {
    const [id, group] = Object.entries(resources).find(([one]) => one.includes('/ipGroups/')) ?? [];
    const entries = ipAddressesOf(group);
    const takenOut = entries[Math.floor(entries.length / 2)];
    if (id === undefined || takenOut === undefined) return {};
    done = { resource: id.slice(id.lastIndexOf('/') + 1), takenOut, putIn };
    const ipAddresses = [...entries.filter((entry) => entry !== takenOut), putIn];
    const { properties, ...rest } = group as { readonly properties: object };
    return { [id]: { ...rest, properties: { ...properties, ipAddresses } } };
  });
  return done;
}

function ipAddressesOf(group: unknown): readonly string[] {
  const { properties } = (group ?? {}) as { readonly properties?: { readonly ipAddresses?: readonly string[] } };
  return properties?.ipAddresses ?? [];
}
