import { parsePrefix } from '../../src/core/address/prefix.ts';
import { isHostName } from '../../src/core/address/sets.ts';
import type { Notice, NoticeRanges } from '../../src/core/notice.ts';

// Looks at notices as their readers do: by what they say, and the ranges that they list. By single addresses and strings
// alone, so that it shares nothing with what makes them agree.

/** What cannot both be true of one range of one target or tag. */
const exclusive: readonly (readonly [NoticeRanges['what'], NoticeRanges['what']])[] = [
  ['added', 'removed'],
  ['added', 'missing'],
  ['added', 'waits to be added'],
  ['removed', 'waits to be removed'],
  ['held', 'no longer held'],
  ['held', 'kept out'],
  ['kept out', 'no longer kept out'],
];

/** Every two notices of one run of which one denies what the other says, in words. */
export function contradictionsIn(notices: readonly Notice[]): string[] {
  return notices.flatMap((one, index) =>
    notices
      .slice(index + 1)
      .flatMap((other) => [...factsApart(one, other), ...calmBeside(one, other), ...calmBeside(other, one)]),
  );
}

function factsApart(one: Notice, other: Notice): string[] {
  return one.ranges.flatMap((a) =>
    other.ranges.flatMap((b) => {
      if (
        a.of !== b.of ||
        !exclusive.some((pair) => pair.includes(a.what) && pair.includes(b.what) && a.what !== b.what)
      )
        return [];
      const both = sharedFact(a, b) ?? sharedFact(b, a);
      return both === undefined
        ? []
        : [`${a.of}: ${both} is "${a.what}" in ${titled(one)} and "${b.what}" in ${titled(other)}`];
    }),
  );
}

/**
 * What both speak of. Entries of others may be wider than ours and lie in the same place: that one comes, goes or waits says
 * nothing of another one within it or around it. What waits is apart from what was done where it lies in that.
 */
function sharedFact(a: NoticeRanges, b: NoticeRanges): string | undefined {
  const pair = `${a.what}, ${b.what}`;
  if (pair === 'added, removed' || pair === 'removed, added') {
    return a.prefixes.find((prefix) => b.prefixes.includes(prefix));
  }
  const moved = ['added', 'removed'];
  if (moved.includes(a.what) && b.what.startsWith('waits')) return inside(b.prefixes, a.prefixes);
  if (moved.includes(b.what) && a.what.startsWith('waits')) return undefined;
  return shared(a.prefixes, b.prefixes);
}

/** "Nothing to do." beside a notice that asks about the same. */
function calmBeside(calm: Notice, asking: Notice): string[] {
  if (!/Nothing to do( yet| before that)?\.$/.test(calm.headline)) return [];
  if (asking.severity !== 'needs-you' && asking.severity !== 'failed') return [];
  const both = shared(
    calm.ranges.flatMap(({ prefixes }) => prefixes),
    asking.ranges.flatMap(({ prefixes }) => prefixes),
  );
  const subject = calm.about.find((about) => asking.about.includes(about));
  if (both === undefined && subject === undefined) return [];
  return [`${both ?? subject}: nothing to do by ${titled(calm)}, and asked about by ${titled(asking)}`];
}

function titled({ severity, kind, headline }: Notice): string {
  return `[${severity} ${kind}] ${JSON.stringify(headline)}`;
}

/** The first prefix or name of some that others have too, or that lies in one of theirs; undefined if none does. */
function shared(some: readonly string[], others: readonly string[]): string | undefined {
  const bits = others.map(bitsOf);
  return some.find((text) => {
    const own = bitsOf(text);
    return bits.some((other) => own.startsWith(other) || other.startsWith(own));
  });
}

/** The first of some that lies in one of the others, or is one of them. */
function inside(some: readonly string[], others: readonly string[]): string | undefined {
  const bits = others.map(bitsOf);
  return some.find((text) => bits.some((other) => bitsOf(text).startsWith(other)));
}

/** The leading bits of a prefix behind its family, so that one prefix lies in another exactly if its bits begin with the other's. */
function bitsOf(text: string): string {
  if (isHostName(text)) return `${text} `;
  const { family, length } = parsePrefix(text);
  const [address = ''] = text.split('/');
  const bits = family === 'ipv4' ? ipv4Bits(address) : ipv6Bits(address);
  return `${family} ${bits.slice(0, length)}`;
}

function ipv4Bits(address: string): string {
  return address
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('');
}

function ipv6Bits(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => part.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const filled =
    tail === undefined
      ? before
      : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  return filled.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
