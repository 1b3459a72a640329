/** What a device would make of a text: prefixes or ranges, and host names, as they are written there. */
interface ReadList {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

const addressesIn = (addresses: readonly string[]): ReadList => ({ addresses, names: [] });

/**
 * A reader of each format by the rules of its vendor, sharing nothing with what writes them. Throws for a line that the
 * device would not take.
 */
export const formatReaders: Readonly<Record<string, (text: string) => ReadList>> = {
  plain: (text) => sorted(linesIn(text)),
  ranges: (text) => addressesIn(linesIn(text).map((line) => part(line, /^([\d.]+-[\d.]+|[\da-f:]+-[\da-f:]+)$/))),
  json: (text) => {
    const { entries, digest, ...more } = parsed(text);
    if (entries !== undefined || !/^sha256:[\da-f]{64}$/.test(String(digest))) throw new Error(text);
    return fieldsIn(more);
  },
  csv: (text) => {
    if (!text.endsWith('\r\n') || /[^\r]\n/.test(text)) throw new Error('expected lines that end with CR LF');
    const [head, ...rows] = text.trimEnd().split('\r\n');
    if (head !== 'entry,kind,first,last') throw new Error(head);
    const cells = rows.map((row) => row.split(','));
    return {
      addresses: cells.flatMap(([, kind, first, last]) => (kind === 'name' ? [] : [`${first}-${last}`])),
      names: cells.flatMap(([entry = '', kind]) => (kind === 'name' ? [entry] : [])),
    };
  },
  'pan-os-ip': (text) => addressesIn(linesIn(text).map((line) => part(line, /^([\da-f.:]+\/\d+)$/))),
  'pan-os-url': (text) => ({ addresses: [], names: linesIn(text).map((line) => part(line, /^([\w*.-]+)\/$/)) }),
  'fortigate-ip': (text) => addressesIn(linesIn(text).map((line) => part(line, /^([\da-f.:]+\/\d+)$/))),
  'fortigate-domain': (text) => ({ addresses: [], names: linesIn(text).map((line) => part(line, /^([\w*.-]+)$/)) }),
  'check-point': (text) => {
    const { version, objects } = parsed(text);
    if (version !== '1.0') throw new Error(`version ${version}`);
    const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
    const found = objects as { name: string; id: string; ranges: string[] }[];
    if (found.some(({ id, ranges }) => !uuid.test(id) || ranges.length === 0)) throw new Error(text);
    if (new Set(found.map(({ id }) => id)).size < found.length) throw new Error('expected an id of its own for each');
    return addressesIn(found.flatMap(({ ranges }) => ranges));
  },
  'cisco-asa': (text) =>
    addressesIn(
      commandsIn(text, '!', /^object-group network [\w.!@#$%^&()-]{1,64}$/).map((line) => {
        const [, address, mask] = /^ network-object (host [\d.]+|[\d.]+) ?([\d.]+)?$/.exec(line) ?? [];
        return address === undefined ? part(line, /^ network-object ([\da-f:]+\/\d+)$/) : masked(address, mask);
      }),
    ),
  'cisco-ios': (text) =>
    addressesIn(
      commandsIn(text, '!', /^object-group network \S{1,64}$/).map((line) => {
        const [, address, mask] = /^ (host [\d.]+|[\d.]+) ?([\d.]+)?$/.exec(line) ?? [];
        if (address === undefined) throw new Error(line);
        return masked(address, mask);
      }),
    ),
  'cisco-secure-firewall': (text) =>
    addressesIn(without(text, '#').map((line) => part(line, /^([\da-f.:]+\/(?!0$)\d+)$/))),
  junos: (text) => {
    const bare = text.replaceAll(/\/\*.*?\*\//g, '').replaceAll(/\s+/g, ' ');
    const inside = part(bare.trim(), /^policy-options \{(.*)\}$/);
    const lists = [...inside.matchAll(/ replace: prefix-list ([A-Za-z0-9-]{1,255})-ipv([46]) \{([^}]*)\}/g)];
    if (inside.replaceAll(/ replace: prefix-list \S+ \{[^}]*\}/g, '').trim() !== '') throw new Error(inside);
    return addressesIn(
      lists.flatMap(([, , family, body = '']) => {
        const prefixes = [...body.matchAll(/ ([\da-f.:]+\/\d+);/g)].map(([, prefix = '']) => prefix);
        if (prefixes.length === 0) throw new Error('a prefix list without prefixes');
        if (prefixes.some((prefix) => prefix.includes(':') !== (family === '6'))) throw new Error(body);
        return prefixes;
      }),
    );
  },
  nftables: (text) =>
    addressesIn(
      without(text, '#').flatMap((line) => {
        if (/^(add table|flush set) inet \w+( \w+)?$/.test(line)) return [];
        if (/^add set inet \w+ \w+_ipv([46]) \{ type ipv\1_addr; flags interval; \}$/.test(line)) return [];
        return part(line, /^add element inet \w+ \w+ \{ (.*) \}$/).split(', ');
      }),
    ),
  ipset: (text) =>
    addressesIn(
      without(text, '#').flatMap((line) => {
        const [command, set = '', entry = '', ...more] = line.split(' ');
        if (set.length > 31) throw new Error(`a name of ${set.length} characters`);
        if (command !== 'add') return [];
        if (more.length > 0 || entry.endsWith('/0')) throw new Error(line);
        return [entry];
      }),
    ),
  pf: (text) => addressesIn(without(text, '#').map((line) => part(line, /^([\da-f.:]+\/\d+)$/))),
  terraform: (text) => {
    const [variable, ...more] = Object.entries(parsed(text));
    if (variable === undefined || more.length > 0) throw new Error('expected one variable');
    part(variable[0], /^([A-Za-z_][\w-]*)$/);
    return fieldsIn(variable[1] as Record<string, unknown>);
  },
  mikrotik: (text) =>
    sorted(
      without(text, '#').flatMap((line) => {
        if (/^(\/ip|\/ipv6) firewall address-list$|^(remove|set) \[find list=\w+ dynamic=no\]( list=\w+)?$/.test(line))
          return [];
        return [part(line, /^add list=\w+_new address=(\S+)$/)];
      }),
    ),
};

function linesIn(text: string): string[] {
  if (!text.endsWith('\n') || /[\r\t]|\n\n/.test(text)) throw new Error('expected lines that end with LF, none empty');
  return text.slice(0, -1).split('\n');
}

function without(text: string, comment: string): string[] {
  return linesIn(text).filter((line) => !line.startsWith(comment));
}

/** The lines below one that opens a group. */
function commandsIn(text: string, comment: string, opening: RegExp): string[] {
  const [first = '', ...more] = without(text, comment);
  if (!opening.test(first)) throw new Error(first);
  return more;
}

function part(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`expected ${pattern}, got ${text}`);
  return found;
}

function sorted(entries: readonly string[]): ReadList {
  const isName = (entry: string) => !/^[\d.]+\/\d+$|:/.test(entry);
  return { addresses: entries.filter((one) => !isName(one)), names: entries.filter(isName) };
}

function parsed(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

function fieldsIn({ ipv4, ipv6, names }: Record<string, unknown>): ReadList {
  const [four, six] = [ipv4 as string[], ipv6 as string[]];
  if (four.some((one) => one.includes(':')) || six.some((one) => !one.includes(':'))) throw new Error('mixed');
  return { addresses: [...four, ...six], names: names as string[] };
}

/** `host 192.0.2.1` or an address with its mask, as a prefix. */
function masked(address: string, mask: string | undefined): string {
  if (mask === undefined) return `${part(address, /^host (\S+)$/)}/32`;
  const bits = mask
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  return `${address}/${part(bits, /^(1*)0*$/).length}`;
}

/** Addresses as sorted, disjoint ranges of numbers, `4:first-last`: two texts with the same addresses give the same. */
export function numbersOf(addresses: readonly string[]): string[] {
  const found = addresses.map(boundsOf).sort((a, b) => a.bits - b.bits || (a.low < b.low ? -1 : 1));
  const merged: { bits: number; low: bigint; high: bigint }[] = [];
  for (const next of found) {
    const last = merged.at(-1);
    if (last && last.bits === next.bits && next.low <= last.high + 1n) {
      if (next.high > last.high) last.high = next.high;
    } else merged.push({ ...next });
  }
  return merged.map(({ bits, low, high }) => `${bits}: ${low}-${high}`);
}

function boundsOf(text: string): { bits: number; low: bigint; high: bigint } {
  const bits = text.includes(':') ? 128 : 32;
  const [first = '', last] = text.split('-');
  if (last !== undefined) return { bits, low: numberOf(first), high: numberOf(last) };
  const [address = '', length = ''] = text.split('/');
  const size = 1n << BigInt(bits - Number(length));
  const low = numberOf(address);
  return { bits, low, high: low + size - 1n };
}

function numberOf(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const [head = '', tail = ''] = address.split('::').map((side) => side.split(':').filter((group) => group !== ''));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
