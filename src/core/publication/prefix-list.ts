import { bitsOf, type Family, families } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { type Prefix, PrefixError, parsePrefix } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { RangeList } from '../address/range-list.ts';
import type { Sets } from '../address/sets.ts';
import { type IssueList, showValue } from './issue-list.ts';

/** A prefix and its position in its tag's list. */
interface Listed {
  readonly prefix: Prefix;
  readonly text: string;
  readonly index: number;
}

/**
 * Reads a tag's `addressPrefixes` under the rules that every official file has kept: canonical prefixes, IPv4 before
 * IPv6, each family in numeric order, no prefix twice and none inside another. Notes every breach, and gives sets only
 * if there was none.
 */
export function readPrefixList(
  list: readonly unknown[],
  path: string,
  tag: string,
  issues: IssueList,
): Sets | undefined {
  const sets = readSoundList(list);
  if (sets !== undefined) return sets;
  const before = issues.count;
  noteBreaches(list, path, tag, issues);
  // Continuing would drop the tag silently.
  if (issues.count === before) throw new Error(`${path}: refused without a reason; this is a bug`);
  return undefined;
}

/** The sets of a list that keeps every rule, in one pass over its texts; undefined for any other list. */
function readSoundList(list: readonly unknown[]): Sets | undefined {
  const ipv4 = new RangeList('ipv4', list.length);
  const split = addAscending(ipv4, list, 0);
  const ipv6 = new RangeList('ipv6', list.length - split);
  if (addAscending(ipv6, list, split) < list.length) return undefined;
  return {
    ipv4: PrefixSet.ofRanges('ipv4', ipv4.toRanges()),
    ipv6: PrefixSet.ofRanges('ipv6', ipv6.toRanges()),
  };
}

/** Adds prefixes for as long as they are of the family, in order and apart; where it stopped. */
function addAscending(ranges: RangeList, list: readonly unknown[], from: number): number {
  for (let i = from; i < list.length; i++) {
    const text = list[i];
    if (typeof text !== 'string' || !ranges.add(text) || !ranges.ascends) return i;
  }
  return list.length;
}

function noteBreaches(list: readonly unknown[], path: string, tag: string, issues: IssueList): void {
  const listed: Record<Family, Listed[]> = { ipv4: [], ipv6: [] };
  let mixed = false;
  list.forEach((text, index) => {
    const prefix = readPrefix(text, `${path}[${index}]`, tag, issues);
    if (prefix === undefined) return;
    if (prefix.family === 'ipv4' && listed.ipv6.length > 0 && !mixed) {
      mixed = true;
      issues.add(`${path}[${index}]`, 'IPv4 prefixes before IPv6 prefixes', `${showValue(text)} in ${tag}`);
    }
    listed[prefix.family].push({ prefix, text: text as string, index });
  });
  for (const family of families) checkOrder(listed[family], path, tag, issues);
}

function readPrefix(text: unknown, path: string, tag: string, issues: IssueList): Prefix | undefined {
  if (typeof text !== 'string') {
    issues.add(path, 'a CIDR prefix as text', `${showValue(text)} in ${tag}`);
    return undefined;
  }
  try {
    return parsePrefix(text);
  } catch (error) {
    if (!(error instanceof PrefixError)) throw error;
    issues.add(path, error.expected, `${error.got} in ${tag}`);
    return undefined;
  }
}

/** Notes the first prefix out of numeric order, and every prefix that occurs twice or lies inside another. */
function checkOrder(list: readonly Listed[], path: string, tag: string, issues: IssueList): void {
  const firstUnordered = list.find((entry, i) => i > 0 && compare(list[i - 1] as Listed, entry) > 0);
  if (firstUnordered !== undefined) {
    issues.add(`${path}[${firstUnordered.index}]`, 'prefixes in numeric order', `"${firstUnordered.text}" in ${tag}`);
  }
  // In numeric order a prefix that lies inside another comes somewhere after it, and all between them lie inside it too.
  const ordered = firstUnordered === undefined ? list : list.toSorted(compare);
  let outer: Listed | undefined;
  for (const entry of ordered) {
    if (outer === undefined || !contains(outer.prefix, entry.prefix)) {
      outer = entry;
    } else if (outer.text === entry.text) {
      const { index } = entry.index > outer.index ? entry : outer;
      issues.add(`${path}[${index}]`, 'every prefix once', `"${entry.text}" again in ${tag}`);
    } else {
      issues.add(
        `${path}[${entry.index}]`,
        'prefixes that do not overlap',
        `"${entry.text}" inside "${outer.text}" in ${tag}`,
      );
    }
  }
}

function compare(a: Listed, b: Listed): number {
  return compareLimbs(a.prefix.limbs, 0, b.prefix.limbs, 0, a.prefix.limbs.length) || a.prefix.length - b.prefix.length;
}

/** True if `inner`, which does not start below `outer`, lies inside it. */
function contains(outer: Prefix, inner: Prefix): boolean {
  const limbs = outer.limbs.length;
  const last = new Uint32Array(limbs);
  lastOfPrefix(outer.limbs, 0, last, 0, limbs, bitsOf(outer.family) - outer.length);
  return compareLimbs(inner.limbs, 0, last, 0, limbs) <= 0;
}
