import { parseAsked } from '../../core/address/entry.ts';
import { PrefixError } from '../../core/address/prefix.ts';
import { isHostName } from '../../core/address/sets.ts';
import { isCalendarDate, readMoment } from '../../core/calendar.ts';
import { type Entries, noEntries, unite, within } from '../../core/plan/entries.ts';
import { RequestError } from '../../run/service.ts';

/** The moment that is asked about. */
export interface Moment {
  readonly at: Date;
  readonly past: boolean;
}

/** A date is the end of that day: what was so on it. */
export function momentOf(text: string | undefined, now: Date): Moment {
  if (text === undefined) return { at: now, past: false };
  const at = readMoment(isCalendarDate(text) ? `${text}T23:59:59.999Z` : text);
  if (at === undefined) {
    throw new RequestError(
      `at: expected a date (2024-01-22, the end of that day in UTC) or a time with its zone (2024-01-22T08:00:00Z), got ${JSON.stringify(text)}`,
    );
  }
  if (at.slice(0, 10) > now.toISOString().slice(0, 10)) {
    throw new RequestError(
      `at: expected a day that has begun, got ${JSON.stringify(text)}; it is ${now.toISOString()} now`,
    );
  }
  return Date.parse(at) >= now.getTime() ? { at: now, past: false } : { at: new Date(at), past: true };
}

/** Broader ranges lie in many parts of the address space, each of which is asked for by itself. */
const broadest = { ipv4: 2n ** 24n, ipv6: 2n ** 112n };

/** Throws RequestError for what is neither an address, a prefix, a range nor a host name, and for what is too broad. */
export function entriesAsked(text: string): Entries {
  if (isHostName(text)) {
    const name = text.toLowerCase().replace(/\.$/, '');
    const labels = name.replace(/^\*\./, '').split('.');
    if (labels.length > 1 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label))) {
      return { ...noEntries, names: [name] };
    }
    throw new RequestError(
      `address: expected an address, a prefix, a range or a host name, got ${JSON.stringify(text)}`,
    );
  }
  try {
    const { family, set } = parseAsked(text);
    if (set.count <= broadest[family]) return { ...noEntries, [family]: set };
  } catch (error) {
    if (error instanceof PrefixError) throw new RequestError(`address: ${error.message}`);
    throw error;
  }
  throw new RequestError(
    `address: expected a range no broader than a /8 (of IPv6 a /16), got ${JSON.stringify(text)}: ask about a part of it`,
  );
}

/** Of a host name also the entries of lists that let it in: `*.azurecr.io` has `contoso.azurecr.io`. */
export function patternsOf(asked: Entries): Entries {
  const [name] = asked.names;
  if (name === undefined) return asked;
  const labels = name.replace(/^\*\./, '').split('.');
  const above = labels.map((_, i) => `*.${labels.slice(i).join('.')}`).filter((one) => one !== `*.${name}`);
  return { ...noEntries, names: [...new Set([name, ...above])].sort() };
}

/** What is asked: addresses as they are; of a host name the entries that let it in, where there are any. */
export function known(asked: Entries, sets: readonly Entries[]): Entries {
  const { names } = within(patternsOf(asked), unite(sets));
  return names.length > 0 ? { ...noEntries, names } : asked;
}
