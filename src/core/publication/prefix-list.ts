import { bitsOf, type Family, families } from '../address/family.ts';
import { compareLimbs, lastOfPrefix } from '../address/limbs.ts';
import { familyOf, type Prefix, PrefixError, parsePrefix, scanPrefix } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
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

/** The sets of a list that keeps every rule, in one pass over numbers; undefined for any other list. */
function readSoundList(list: readonly unknown[]): Sets | undefined {
  const firstIPv6 = list.findIndex((text) => typeof text === 'string' && familyOf(text) === 'ipv6');
  const split = firstIPv6 < 0 ? list.length : firstIPv6;
  const ipv4 = readAscending('ipv4', list, 0, split);
  const ipv6 = readAscending('ipv6', list, split, list.length);
  return ipv4 && ipv6 && { ipv4, ipv6 };
}

function readAscending(family: Family, list: readonly unknown[], from: number, to: number): PrefixSet | undefined {
  const bits = bitsOf(family);
  const limbs = bits / 32;
  const ranges = new Uint32Array((to - from) * 2 * limbs);
  for (let i = from, at = 0; i < to; i++, at += 2 * limbs) {
    const text = list[i];
    if (typeof text !== 'string') return undefined;
    const length = scanPrefix(family, text, ranges, at);
    if (length < 0) return undefined;
    if (i > from && compareLimbs(ranges, at - limbs, ranges, at, limbs) >= 0) return undefined;
    lastOfPrefix(ranges, at, ranges, at + limbs, limbs, bits - length);
  }
  return PrefixSet.ofRanges(family, ranges);
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
