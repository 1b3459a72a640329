import { byFamily } from '../core/address/family.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Discovered, Discovery } from '../ports/discovery.ts';
import { ArmClient, type ArmClientOptions } from './arm-client.ts';
import { unreadable } from './arm-error.ts';
import { isObject, objectAt, textAt } from './json.ts';

/** A tag's prefix as any other document would write it. */
const prefixText = /^[0-9a-fA-F:.]+\/\d{1,3}$/;

/**
 * The Service Tag Discovery API at one location, which picks a version and is no filter. Needs
 * Microsoft.Network/locations/serviceTags/read at the scope of the subscription.
 */
export function openDiscovery(options: ArmClientOptions, location: string): Discovery {
  const subject = `Service Tag Discovery API (${location})`;
  return {
    async read(signal) {
      const arm = await ArmClient.open(options);
      const [answer] = await arm.answers(subject, signal, (call) => arm.network.serviceTags.list(location, call));
      return readAnswer(answer, subject);
    },
  };
}

function readAnswer(answer: unknown, subject: string): Discovered {
  const changeNumber = textAt(answer, 'changeNumber') ?? '';
  const values = isObject(answer) ? (answer.values ?? []) : undefined;
  if (!Array.isArray(values)) throw unreadable(subject, 'it answered without a list of values');
  // A page that is left out would look like tags that are missing.
  if (textAt(answer, 'nextLink')) throw unreadable(subject, 'it answered in pages, which this version does not follow');
  const tags = new Map<string, { prefixes: ReturnType<typeof setsOf> }>();
  for (const value of values) {
    const name = textAt(value, 'name');
    const list = objectAt(value, 'properties').addressPrefixes ?? [];
    if (
      name === undefined ||
      !Array.isArray(list) ||
      !list.every((one) => typeof one === 'string' && prefixText.test(one))
    ) {
      throw unreadable(subject, `it answered a tag that cannot be read (${name ?? 'without a name'})`);
    }
    tags.set(name, { prefixes: setsOf(list as string[], subject) });
  }
  return { changeNumber, tags };
}

function setsOf(prefixes: readonly string[], subject: string) {
  try {
    return byFamily((f) =>
      PrefixSet.from(
        f,
        prefixes.filter((prefix) => prefix.includes(':') === (f === 'ipv6')),
      ),
    );
  } catch (error) {
    throw unreadable(subject, `it answered a prefix that is none: ${error instanceof Error ? error.message : ''}`);
  }
}
