import { quantity } from '../judge/arithmetic.ts';
import type { Ledger } from '../judge/ledger.ts';
import { type AttributedRange, causedInside, causedOutside } from './causes.ts';
import { type Entries, without } from './entries.ts';
import type { Direction } from './plan-types.ts';
import { desiredOf, type Selection } from './selection.ts';

/** Where a pin parts a list from what it would be now, by what that does to a target. */
type PinnedApart = Readonly<Record<Direction, Entries>>;

/** What goes in, and what goes out, for no other reason than that lists are pinned to an earlier ledger. */
export function pinnedApart(selection: Selection, current: Ledger, pinned: Ledger): PinnedApart {
  const now = desiredOf(selection, current).entries;
  const then = desiredOf(selection, pinned).entries;
  return { add: without(then, now), remove: without(now, then) };
}

/** Gives the pin as cause to what it moves. Drift stays drift, and what an edited list gave up keeps its own clock. */
export function causedByPin(caused: readonly AttributedRange[], moved: Entries): AttributedRange[] {
  return caused.flatMap((one) =>
    one.cause.kind === 'drift'
      ? [one]
      : [
          ...causedOutside([one], moved),
          ...causedInside([one], moved).map((pinned) => ({ ...pinned, cause: { kind: 'pin' as const } })),
        ],
  );
}

/** What a pin leaves out is counted: it is missing because a person said so, and may be needed soon. */
export function pinNotes(
  pinned: Ledger,
  { remove: missing }: PinnedApart,
  families: readonly ('ipv4' | 'ipv6')[],
): string[] {
  const sums = families.flatMap((family) => {
    const what = family === 'ipv4' ? quantity(missing[family].count, 'IPv4 address', 'IPv4 addresses') : 'IPv6';
    return missing[family].isEmpty
      ? []
      : [`${what} in ${quantity(missing[family].toPrefixes().length, 'prefix', 'prefixes')}`];
  });
  return sums.length === 0
    ? []
    : [`pinned to publication ${pinned.accepted?.changeNumber}, without ${sums.join(' and ')}`];
}
