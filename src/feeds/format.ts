import { createHash } from 'node:crypto';
import { type Family, familyNames } from '../core/address/family.ts';
import { familyOf } from '../core/address/prefix.ts';
import { isHostName } from '../core/address/sets.ts';

/** What an entry of a list is: a prefix of a family, or a host name. */
export type EntryKind = Family | 'names';

/** A list to be written in a format. */
export interface FormatInput {
  /** Name of the feed or list; objects on a device are named after it. */
  readonly name: string;
  /** Canonical prefixes, disjoint, IPv4 first, and host names. */
  readonly entries: readonly string[];
  /** What the list is about: of a kind in it without entries, there are none. */
  readonly about: readonly EntryKind[];
  /** Service Tags that the list selects. */
  readonly tags: readonly string[];
  /** The publication by which the list was last changed; absent where that is not known. */
  readonly changeNumber?: number;
  /** When it last changed, ISO 8601. */
  readonly changedAt?: string;
}

/** A list with its entries by kind, those left out that the format does not take. */
export interface FormattedList extends Omit<FormatInput, 'entries'> {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly names: readonly string[];
  /** What is left out, as text for a comment: `2 host names`. */
  readonly leftOut: readonly string[];
}

/** A way to write a list. A pure function of the list, and what the docs and the config need to know of it. */
export interface FeedFormat {
  readonly id: string;
  /** For whom, in a few words. */
  readonly summary: string;
  readonly takes: readonly EntryKind[];
  /** It takes host names such as `*.example.com` too. Absent: they are left out. */
  readonly wildcards?: true;
  readonly mediaType: `${'text' | 'application'}/${string}`;
  /** Most entries of a list, and most bytes of its text; a longer list is refused. Absent: no limit is known. */
  readonly maxEntries?: number;
  readonly maxBytes?: number;
  /** The page that says so. */
  readonly source: string;
  render(list: FormattedList): string;
}

/**
 * A list cannot be written in a format. `nothing`: it has no entry that the format takes; `too-long`: it is over a limit of
 * the format. It is never cut.
 */
export class FormatError extends Error {
  override name = 'FormatError';
  readonly kind: 'nothing' | 'too-long';

  constructor(kind: FormatError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A list in a format. Throws FormatError. */
export function formatList(format: FeedFormat, { entries, ...input }: FormatInput): FormattedText {
  const { id, takes, wildcards, maxEntries, maxBytes } = format;
  const all = byKind(entries);
  const fits = (name: string) => wildcards === true || !name.startsWith('*');
  const of = (kind: EntryKind) =>
    takes.includes(kind) ? all[kind].filter((one) => kind !== 'names' || fits(one)) : [];
  const [ipv4, ipv6, names] = [of('ipv4'), of('ipv6'), of('names')];
  const counts = [
    [all.ipv4.length - ipv4.length, 'IPv4 prefix', 'IPv4 prefixes'],
    [all.ipv6.length - ipv6.length, 'IPv6 prefix', 'IPv6 prefixes'],
    [all.names.length - names.length, 'host name', 'host names'],
  ] as const;
  const leftOut = counts.flatMap(([count, one, many]) => (count === 0 ? [] : [quantity(count, one, many)]));
  const count = ipv4.length + ipv6.length + names.length;
  if (count === 0) {
    throw new FormatError(
      'nothing',
      `the format ${id} takes ${takes.map((kind) => kindNames[kind]).join(' and ')}, and ${input.name} has none: only ${leftOut.join(' and ')}`,
    );
  }
  if (maxEntries !== undefined && count > maxEntries)
    throw tooLong(`${number(maxEntries)} entries`, number(count), format);
  const about = input.about.filter((kind) => takes.includes(kind));
  const text = format.render({ ...input, about, ipv4, ipv6, names, leftOut });
  const bytes = Buffer.byteLength(text);
  if (maxBytes !== undefined && bytes > maxBytes) throw tooLong(`${number(maxBytes)} bytes`, number(bytes), format);
  return { text, etag: etagOf(text), mediaType: `${format.mediaType}; charset=utf-8`, leftOut };
}

interface FormattedText {
  readonly text: string;
  /** Strong: it differs as soon as a byte does. With its quotes. */
  readonly etag: string;
  readonly mediaType: string;
  readonly leftOut: readonly string[];
}

/** How kinds of entries are called in messages. */
export const kindNames: Readonly<Record<EntryKind, string>> = { ...familyNames, names: 'host names' };

/** Entries of a list by kind, in their order. */
export function byKind(entries: readonly string[]): Record<EntryKind, string[]> {
  const found: Record<EntryKind, string[]> = { ipv4: [], ipv6: [], names: [] };
  for (const entry of entries) found[isHostName(entry) ? 'names' : familyOf(entry)].push(entry);
  return found;
}

/** A strong ETag of a text, with its quotes. */
function etagOf(text: string): string {
  return `"${digestOf(text).slice(0, 32)}"`;
}

/** SHA-256 of a text, in hexadecimal digits. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Lines, each ended by a line feed. */
export function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** A prefix of all addresses as its two halves, for what takes no `/0`. */
export function halvesOfAll(prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) => {
    if (prefix === '0.0.0.0/0') return ['0.0.0.0/1', '128.0.0.0/1'];
    return prefix === '::/0' ? ['::/1', '8000::/1'] : [prefix];
  });
}

/** Lines of comment on where a list comes from and what is left out, without the sign that makes them comments. */
export function aboutLines({
  name,
  tags,
  changeNumber,
  changedAt,
  ipv4,
  ipv6,
  names,
  leftOut,
}: FormattedList): string[] {
  const count = ipv4.length + ipv6.length + names.length;
  const since = changedAt === undefined ? '' : `, changed ${changedAt}`;
  const by = changeNumber === undefined ? '' : ` by publication ${changeNumber}`;
  return [
    `service-tag-sync: ${name}, ${quantity(count, 'entry', 'entries')}${since}${by}`,
    ...(tags.length === 0 ? [] : [`Service Tags: ${tags.join(', ')}`]),
    ...(leftOut.length === 0 ? [] : [`Left out, as this format does not take them: ${leftOut.join(', ')}`]),
  ];
}

/**
 * The name of an object on a device: `allow`, the list, and the family, of letters, digits and the separator. A longer one
 * than `max` keeps its beginning and gets a digest, so that two lists never share it.
 */
export function objectName(
  list: string,
  { separator = '_', max = 63 }: { separator?: '_' | '-'; max?: number } = {},
): string {
  const name = `allow-${list}`.replace(/[^A-Za-z0-9]+/g, separator);
  return name.length <= max ? name : `${name.slice(0, max - 9)}${separator}${digestOf(list).slice(0, 8)}`;
}

function quantity(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function tooLong(limit: string, got: string, { id, source }: FeedFormat): FormatError {
  return new FormatError('too-long', `the format ${id} takes ${limit} at most, and this list has ${got} (${source})`);
}
