import { families } from '../address/family.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { Reason } from '../reason.ts';
import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { covers, type Entries, entryOf, isNone, meets, sizeOf, unite, within } from './entries.ts';
import { type Gated, type GatedPart, type GateInput, gate, leftEmpty } from './gate.ts';
import type { Layout } from './live.ts';
import type { Ownership } from './ownership.ts';
import type { ForeignEntry, Mode } from './plan-types.ts';

/** Names that mean every address in a rule of Azure, in lower case. */
const everything: ReadonlySet<string> = new Set(['*', 'any', 'internet', '0.0.0.0/0', '::/0']);

/** A foreign entry that needs a person, and what it lets in. */
export interface Broad {
  readonly entry: ForeignEntry;
  readonly lets: Entries;
  /** Addresses; undefined for a name. */
  readonly addresses: bigint | undefined;
}

/**
 * Foreign entries that make the list moot: one that covers something of ours or of the list, or lets in more addresses than the
 * whole list does. An entry inside the list is neither.
 */
export function broadEntries({ units }: Ownership, desired: Entries): Broad[] {
  return units.flatMap(({ unit, foreign }) =>
    foreign.flatMap((text): Broad[] => {
      const lets = entryOf(text, unit.family);
      const entry = { unit: unit.key, entry: text };
      if (lets.names.length > 0) {
        return everything.has(text.toLowerCase()) ? [{ entry, lets, addresses: undefined }] : [];
      }
      const { family } = unit;
      const { count } = lets[family];
      const wide = !isNone(within(lets, desired)) || count > desired[family].count;
      return wide && !covers(desired, lets) ? [{ entry, lets, addresses: count }] : [];
    }),
  );
}

/** Taking them out: a removal that needs approval. */
export function gateBroad(
  broad: readonly Broad[],
  desired: Entries,
  ownership: Ownership,
  { mode, control }: Pick<GateInput, 'mode' | 'control'>,
): Gated {
  const gated = gate({
    direction: 'remove',
    caused: broad.length === 0 ? [] : [{ cause: { kind: 'foreign' }, entries: unite(broad.map(({ lets }) => lets)) }],
    mode,
    control,
    objections: [{ reason: broadReason(broad, desired), concerns: () => true, insists: true }],
  });
  return wholeOnly(gated, ownership);
}

/** Why a person is asked about them. */
function broadReason(broad: readonly Broad[], desired: Entries): Reason {
  const named = broad.slice(0, 5).map(({ entry, addresses }) => {
    const size = addresses === undefined ? 'every address' : quantity(addresses, 'address', 'addresses');
    return `${entry.entry} in ${entry.unit} (${size})`;
  });
  const more = broad.length > named.length ? ` and ${broad.length - named.length} more` : '';
  const list = families.reduce((sum, f) => sum + desired[f].count, 0n);
  return {
    rule: 'broad-foreign-entry',
    text: `not written by this service and broader than the list, which lets in ${quantity(list, 'address', 'addresses')}: ${named.join(', ')}${more}`,
    next: 'approve this part to have it taken out, or decline it to leave it there; the activity log of the resource names who wrote it',
  };
}

/**
 * Holds back removals of foreign entries that let through what is missing and does not go in with the same write: an address
 * that works must not be cut off before ours is there.
 */
export function holdCovering(gated: Gated, { units }: Ownership, uncovered: Entries): Gated {
  if (isNone(uncovered)) return gated;
  const covering = foreignIn(units).filter(({ lets }) => !isNone(within(lets, uncovered)));
  const lets = unite(covering.map((one) => one.lets));
  const [others, own] = [gated.go.filter(isOfOthers), gated.go.filter((one) => !isOfOthers(one))];
  const caused = causedInside(others, lets);
  if (caused.length === 0) return gated;
  const reason: Reason = {
    rule: 'left-empty',
    text: `${covering.map(({ text }) => text).join(', ')} lets through ${quantity(sizeOf(within(uncovered, lets)), 'range')} of the list that is missing and waits`,
    next: 'nothing to do for this part: it goes by itself once what is to come in is let in',
  };
  return {
    ...gated,
    go: [...own, ...causedOutside(others, lets)],
    held: [...gated.held, { verdict: { kind: 'wait', reasons: [reason] }, caused }],
  };
}

/**
 * Holds back entries of others that are all that units hold, while nothing may take their place: no list is written empty,
 * and what was approved says why it is there still.
 */
export function holdLast(gated: Gated, ownership: Ownership, stranded: readonly string[]): Gated {
  const last = ownership.units.filter(({ unit }) => stranded.includes(unit.key));
  const lets = unite(foreignIn(last).map((one) => one.lets));
  const caused = causedInside(gated.go, lets);
  if (caused.length === 0) return gated;
  const held: GatedPart = { verdict: { kind: 'wait', reasons: [leftEmpty(stranded)] }, caused };
  return wholeOnly({ ...gated, go: causedOutside(gated.go, lets), held: [...gated.held, held] }, ownership);
}

/** Each foreign entry as written, with what it lets in. */
function foreignIn(units: Ownership['units']) {
  return units.flatMap(({ unit, foreign }) => foreign.map((text) => ({ text, lets: entryOf(text, unit.family) })));
}

/** Foreign entries that lie in some ranges, each by itself. */
export function foreignWithin({ units }: Ownership, some: Entries): Entries[] {
  return foreignIn(units)
    .map(({ lets }) => lets)
    .filter((lets) => covers(some, lets));
}

/** An entry of others goes whole or not at all: where some of it is held back, by whatever rule, the rest waits with it. */
export function wholeOnly(gated: Gated, { units }: Ownership): Gated {
  const [others, own] = [gated.go.filter(isOfOthers), gated.go.filter((one) => !isOfOthers(one))];
  const goes = unionOf(others);
  if (isNone(goes)) return gated;
  const cut = foreignIn(units).filter(({ lets }) => meets(lets, goes) && !covers(goes, lets));
  let rest: readonly AttributedRange[] = others;
  let { held } = gated;
  for (const { text, lets } of cut) {
    const caused = causedInside(rest, lets);
    if (caused.length === 0) continue;
    rest = causedOutside(rest, lets);
    const holder = held.find((part) => meets(unionOf(part.caused), lets));
    held = holder
      ? held.map((part) => (part === holder ? { ...part, caused: [...part.caused, ...caused] } : part))
      : [...held, { verdict: { kind: 'wait', reasons: [restWaits(text)] }, caused }];
  }
  return { ...gated, go: [...own, ...rest], held };
}

/** Why ranges wait whose own clock has run down. */
function restWaits(entry: string): Reason {
  return {
    rule: 'config-clock',
    text: `a part of ${entry} may go, and it goes whole: the rest of it is kept still`,
    next: 'nothing to do: it goes out with the rest',
  };
}

function isOfOthers({ cause }: AttributedRange): boolean {
  return cause.kind === 'foreign' || cause.kind === 'drift' || cause.kind === 'first contact';
}

/** Foreign entries whose removal is approved in full, as `entryKey`. */
export function droppedWithin({ units }: Ownership, go: Entries): string[] {
  if (isNone(go)) return [];
  return units.flatMap(({ unit, foreign }) =>
    foreign.filter((text) => covers(go, entryOf(text, unit.family))).map((text) => entryKey(unit.key, text)),
  );
}

/** One entry of one unit, as a key. */
export function entryKey(unit: string, entry: string): string {
  return `${unit}|${entry}`;
}

/** Additions that fit beside the foreign entries that stay, and those that Azure would refuse there. */
export function splitCovered(
  additions: readonly AttributedRange[],
  missing: Entries,
  broad: readonly Broad[],
  drop: ReadonlySet<string>,
  { noOverlaps }: Pick<Layout, 'noOverlaps'>,
  mode: Mode,
): { readonly free: readonly AttributedRange[]; readonly blocked: readonly GatedPart[] } {
  const staying = noOverlaps ? broad.filter(({ entry }) => !drop.has(entryKey(entry.unit, entry.entry))) : [];
  if (staying.length === 0) return { free: additions, blocked: [] };
  const covered = within(missing, { ...unite(staying.map(({ lets }) => lets)), names: [] });
  const caused = causedInside(additions, covered);
  if (caused.length === 0) return { free: additions, blocked: [] };
  const named = staying.map(({ entry }) => entry.entry).join(', ');
  const reason: Reason = {
    // No answer to this part ends it: where the mode forbids a part that takes the entry out, the notice of the entry asks.
    rule: 'covered-by-foreign-entry',
    text: `${quantity(sizeOf(covered), 'range')} cannot be written beside ${named}, which this service did not write: Azure takes no overlapping prefixes in one rule. That entry lets the addresses through as long as it is there`,
    next:
      mode === 'sync'
        ? `take ${named} out (its part waits for an answer), and they go in with the same write`
        : `remove ${named} in Azure: the mode of this target forbids it here`,
  };
  return {
    free: causedOutside(additions, covered),
    blocked: [{ verdict: { kind: 'wait', reasons: [reason] }, caused }],
  };
}
