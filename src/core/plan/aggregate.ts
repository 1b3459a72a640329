import { bitsOf } from '../address/family.ts';
import { firstOfPrefix, lastOfPrefix } from '../address/limbs.ts';
import { parsePrefix } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';

/** A list in fewer prefixes, and what that lets in beyond it. */
interface Aggregate {
  readonly prefixes: PrefixSet;
  readonly overGrant: PrefixSet;
}

/** One prefix of the list. */
interface Leaf {
  readonly limbs: Uint32Array;
  readonly length: number;
}

/** The best covers of the leaves from `from` to before `to`, all below one common prefix. */
interface Cover {
  readonly from: number;
  readonly to: number;
  /** Addresses of the leaves, and of the common prefix. Of IPv6 nearly so: they only tell better from worse. */
  readonly covered: number;
  readonly size: number;
  /** At n - 1: the fewest further addresses with exactly n prefixes; Infinity if that cannot be. */
  readonly cost: Float64Array;
  /** At n - 1: how many of the n are on the left; 0: one prefix for all. */
  readonly left: Int32Array;
  readonly halves?: readonly [Cover, Cover];
}

/**
 * The cover of a list by at most `most` prefixes that lets the fewest further addresses in (the fewest there can be; of
 * IPv6 within the rounding of large numbers). Exact, not greedy: over the tree of common prefixes, the best cover of a
 * node by n prefixes is the node itself, or the best split of n between its halves. Takes time in proportion to the
 * number of prefixes times `most`.
 *
 * @param avoid addresses that must not get in. Undefined if there is no such cover.
 * @param sizeOf how many of `most` a prefix of the list takes; one that holds several of them takes one. None is widened by
 * itself to take fewer.
 */
export function aggregate(
  set: PrefixSet,
  most: number,
  avoid: PrefixSet = PrefixSet.empty(set.family),
  sizeOf: (prefix: string) => number = () => 1,
): Aggregate | undefined {
  const { family } = set;
  const texts = set.toPrefixes();
  const taken = texts.reduce((sum, text) => sum + sizeOf(text), 0);
  if (taken <= most) return { prefixes: set, overGrant: PrefixSet.empty(family) };
  if (most < 1) return undefined;
  const bits = bitsOf(family);
  const leaves = texts.map((text): Leaf => parsePrefix(text));
  const forbidden = avoid.subtract(set);

  const whole = ({ from, to }: { from: number; to: number }): PrefixSet => {
    const first = leaves[from] as Leaf;
    if (to - from === 1) return PrefixSet.from(family, [texts[from] as string]);
    const last = leaves[to - 1] as Leaf;
    return ofWords(set, first.limbs, commonBits(first.limbs, last.limbs));
  };

  const coverOf = (from: number, to: number): Cover => {
    const first = leaves[from] as Leaf;
    if (to - from === 1) {
      const size = 2 ** (bits - first.length);
      const cost = new Float64Array(Math.min(sizeOf(texts[from] as string), most)).fill(Number.POSITIVE_INFINITY);
      if (cost.length === sizeOf(texts[from] as string)) cost[cost.length - 1] = 0;
      return { from, to, covered: size, size, cost, left: new Int32Array(cost.length) };
    }
    const common = commonBits(first.limbs, (leaves[to - 1] as Leaf).limbs);
    let middle = from + 1;
    while (!bitAt((leaves[middle] as Leaf).limbs, common)) middle++;
    const halves = [coverOf(from, middle), coverOf(middle, to)] as const;
    const [a, b] = halves;
    const covered = a.covered + b.covered;
    const size = 2 ** (bits - common);
    const count = Math.min(a.cost.length + b.cost.length, most);
    const cost = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    const left = new Int32Array(count);
    if (forbidden.isEmpty || !whole({ from, to }).overlaps(forbidden)) cost[0] = size - covered;
    for (let i = 1; i <= a.cost.length; i++) {
      const own = a.cost[i - 1] as number;
      const end = Math.min(b.cost.length, count - i);
      for (let j = 1; j <= end; j++) {
        const sum = own + (b.cost[j - 1] as number);
        if (sum < (cost[i + j - 1] as number)) {
          cost[i + j - 1] = sum;
          left[i + j - 1] = i;
        }
      }
    }
    return { from, to, covered, size, cost, left, halves };
  };

  const root = coverOf(0, leaves.length);
  let best = 0;
  for (let n = 1; n < root.cost.length; n++) if ((root.cost[n] as number) < (root.cost[best] as number)) best = n;
  if (root.cost[best] === Number.POSITIVE_INFINITY) return undefined;
  const chosen: PrefixSet[] = [];
  const choose = (cover: Cover, n: number): void => {
    const onLeft = cover.left[n - 1] as number;
    if (onLeft === 0 || !cover.halves) {
      chosen.push(whole(cover));
      return;
    }
    choose(cover.halves[0], onLeft);
    choose(cover.halves[1], n - onLeft);
  };
  choose(root, best + 1);
  const prefixes = PrefixSet.unionOf(family, chosen);
  return { prefixes, overGrant: prefixes.subtract(set) };
}

/** The prefix of the first `length` bits of an address. */
function ofWords({ family }: PrefixSet, limbs: Uint32Array, length: number): PrefixSet {
  const [low, high] = [new Uint32Array(limbs.length), new Uint32Array(limbs.length)];
  firstOfPrefix(limbs, 0, low, 0, limbs.length, bitsOf(family) - length);
  lastOfPrefix(limbs, 0, high, 0, limbs.length, bitsOf(family) - length);
  return PrefixSet.range(family, low, high);
}

/** How many bits two addresses have in common from the left. */
function commonBits(a: Uint32Array, b: Uint32Array): number {
  for (let k = 0; k < a.length; k++) {
    const differing = ((a[k] as number) ^ (b[k] as number)) >>> 0;
    if (differing !== 0) return k * 32 + Math.clz32(differing);
  }
  return a.length * 32;
}

function bitAt(limbs: Uint32Array, bit: number): boolean {
  return (((limbs[bit >>> 5] as number) >>> (31 - (bit & 31))) & 1) === 1;
}
