import { byFamily } from '../core/address/family.ts';
import { PrefixError } from '../core/address/prefix.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import { isObject, objectAt, textAt } from '../core/json.ts';
import type { Discovery } from '../ports/source.ts';
import { ArmClient } from './arm/arm-client.ts';
import type { ArmClientOptions } from './arm/arm-connection.ts';
import { unreadable } from './arm/arm-error.ts';

const MOST_PAGES = 100;

/** The shape of a prefix: the API need not spell it as the files do. */
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
      const first = await arm.network(subject, signal, ({ serviceTags }) =>
        serviceTags.list(location, { abortSignal: signal }),
      );
      const discovered = { changeNumber: textAt(first, 'changeNumber') ?? '', tags: new Map<string, Sets>() };
      let page: unknown = first;
      for (let pages = 1; ; pages++) {
        readPage(page, subject, discovered.tags);
        const next = textAt(page, 'nextLink');
        if (!next) return discovered;
        if (pages === MOST_PAGES) throw unreadable(subject, `it answered in more than ${MOST_PAGES} pages`);
        page = await arm.page(subject, signal, next);
      }
    },
  };
}

type Sets = { readonly prefixes: ReturnType<typeof setsOf> };

/** Whatever cannot be understood is an error: a part that is left out would look like tags that are missing. */
function readPage(page: unknown, subject: string, tags: Map<string, Sets>): void {
  const values = isObject(page) ? (page.values ?? []) : undefined;
  if (!Array.isArray(values)) throw unreadable(subject, 'it answered without a list of values');
  for (const value of values) {
    const name = textAt(value, 'name');
    const list = objectAt(value, 'properties').addressPrefixes ?? [];
    const isText = (one: unknown): one is string => typeof one === 'string' && prefixText.test(one);
    if (name === undefined || !Array.isArray(list) || !list.every(isText)) {
      throw unreadable(subject, `it answered a tag that cannot be read (${name ?? 'without a name'})`);
    }
    tags.set(name, { prefixes: setsOf(list, subject) });
  }
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
    if (!(error instanceof PrefixError)) throw error;
    throw unreadable(subject, `it answered a prefix that is none: ${error.message}`);
  }
}
