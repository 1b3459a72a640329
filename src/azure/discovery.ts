import { parseEntry } from '../core/address/entry.ts';
import { byFamily } from '../core/address/family.ts';
import { PrefixError } from '../core/address/prefix.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Sets } from '../core/address/sets.ts';
import { isObject, objectAt, textAt } from '../core/json.ts';
import type { Discovery } from '../ports/source.ts';
import { ArmClient } from './arm/arm-client.ts';
import type { ArmClientOptions } from './arm/arm-connection.ts';
import { unreadable } from './arm/arm-error.ts';

const MOST_PAGES = 100;

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
      const discovered = {
        changeNumber: textAt(first, 'changeNumber') ?? '',
        tags: new Map<string, { readonly prefixes: Sets }>(),
        unreadable: new Map<string, string>(),
      };
      let page: unknown = first;
      for (let pages = 1; ; pages++) {
        readPage(page, subject, discovered);
        const next = textAt(page, 'nextLink');
        if (!next) return discovered;
        if (pages === MOST_PAGES) throw unreadable(subject, `it answered in more than ${MOST_PAGES} pages`);
        page = await arm.page(subject, signal, next);
      }
    },
  };
}

/**
 * Whatever cannot be understood as a whole is an error: a part that is left out would look like tags that are missing. A prefix
 * that cannot be read costs its own tag alone, which is named.
 */
function readPage(
  page: unknown,
  subject: string,
  { tags, unreadable: odd }: { tags: Map<string, { readonly prefixes: Sets }>; unreadable: Map<string, string> },
): void {
  const values = isObject(page) ? (page.values ?? []) : undefined;
  if (!Array.isArray(values)) throw unreadable(subject, 'it answered without a list of values');
  for (const value of values) {
    const name = textAt(value, 'name');
    const list = objectAt(value, 'properties').addressPrefixes ?? [];
    const isText = (one: unknown): one is string => typeof one === 'string';
    if (name === undefined || !Array.isArray(list) || !list.every(isText)) {
      throw unreadable(subject, `it answered a tag that cannot be read (${name ?? 'without a name'})`);
    }
    try {
      tags.set(name, { prefixes: setsOf(list) });
    } catch (error) {
      if (!(error instanceof PrefixError)) throw error;
      odd.set(name, error.message);
    }
  }
}

/** By addresses: the API need not spell a prefix as the files do, nor give a single address its length. */
function setsOf(prefixes: readonly string[]): Sets {
  const entries = prefixes.map((prefix) => parseEntry(prefix));
  return byFamily((f) =>
    PrefixSet.from(
      f,
      entries.filter(({ family }) => family === f).flatMap(({ set }) => set.toPrefixes()),
    ),
  );
}
