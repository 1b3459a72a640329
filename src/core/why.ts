import { isEmpty } from './address/sets.ts';
import { effectiveOf, type Ledger } from './judge/ledger.ts';
import { covers, type Entries, entries, isNone, meets, noEntries, textsOf, within, without } from './plan/entries.ts';
import type { DecisionRef, Grant, Move } from './plan/memory.ts';
import { allOf, lastMoves } from './plan/moves.ts';
import type { Cause, Mode } from './plan/plan-types.ts';
import type { Selection } from './plan/selection.ts';
import type { Publication, TagFrom } from './publication/publication.ts';

/** Why an address, a range or a host name is allowed or not, in every list and target. */
export interface WhyView {
  /** As it was asked. */
  readonly asked: string;
  /** The moment that it is about, ISO 8601. */
  readonly at: string;
  /** True if that moment has passed: facts are of then, the lists are as the config has them now. */
  readonly past: boolean;
  /** The publication in force then. */
  readonly publication?: Pick<Publication, 'changeNumber' | 'date' | 'file'>;
  /** The addresses of a host name that was to be resolved. */
  readonly resolved?: readonly string[];
  /** One for what was asked, and one for each address of a name that was to be resolved. */
  readonly answers: readonly WhyAnswer[];
}

export interface WhyAnswer {
  readonly of: string;
  readonly lists: readonly WhyList[];
  readonly targets: readonly WhyTarget[];
}

export type Extent = 'wholly' | 'in part' | 'not';

/** A list as it was then, by the ledger in force. */
export interface WhyList {
  readonly list: string;
  readonly allowed: Extent;
  readonly tags: readonly WhyTag[];
  /** Of the config: what it adds and leaves out whatever is published. */
  readonly always: readonly WhyException[];
  readonly never: readonly WhyException[];
  /** Registries by which it has a host name. */
  readonly registries: readonly string[];
}

/** What a tag of a list allows of it. */
export interface WhyTag {
  readonly tag: string;
  readonly ranges: readonly string[];
  readonly published: Extent;
  /** Publications that brought what is published of it, oldest first, as far as that was watched. */
  readonly appeared: readonly { readonly changeNumber: number; readonly at: string }[];
  /** Ids of the holds on what it has of this. */
  readonly holds: readonly string[];
  /** The file that it is in force by, where that is another one than the publication in force. */
  readonly asIn?: Omit<TagFrom, 'tag'>;
}

export interface WhyException {
  readonly prefix: string;
  /** Absent for a prefix of the list itself. */
  readonly reason?: string;
  readonly owner?: string;
  readonly expires?: string;
}

/** A target as it was then: what is ours in it, by what was read back. */
export interface WhyTarget {
  readonly target: string;
  readonly list: string;
  readonly mode: Mode;
  readonly allowed: Extent;
  readonly parts: readonly WhyPart[];
}

/** A part of what was asked that is in or out for one reason. */
export interface WhyPart {
  readonly ranges: readonly string[];
  readonly allowed: boolean;
  /** Whether the list had it then. */
  readonly wanted: boolean;
  /** Of what is allowed: since when, why, by which run and on whose decision. */
  readonly since?: string;
  readonly cause?: Cause;
  readonly run?: string;
  readonly found?: true;
  readonly decisions?: readonly DecisionRef[];
  /** Of what is not allowed any more: when it went, why, and what it was there for. */
  readonly went?: Omit<Move, 'target' | 'direction' | 'ranges' | 'found'>;
  /** The tags of the list that have it. */
  readonly tags: readonly WhyTag[];
  /** What keeps it in or out. */
  readonly holds: readonly WhyHold[];
}

/**
 * What keeps something in or out. `loss` and `gain`: a hold of a tag. `list`: a hold of the target, of what its list gave up.
 * `part`: a part of a plan that waits. `others`: an entry that this service did not write.
 */
export interface WhyHold {
  readonly kind:
    | 'loss'
    | 'gain'
    | 'list'
    | 'part'
    | 'refused'
    | 'failed'
    | 'pause'
    | 'pin'
    | 'window'
    | 'never'
    | 'family'
    | 'mode'
    | 'others'
    | 'next run';
  /** Of a hold or a part, for `answer` and `approve`. */
  readonly id?: string;
  /** What of the part it concerns; absent: all of it. */
  readonly ranges?: readonly string[];
  readonly text: string;
  /** What ends it. */
  readonly next?: string;
}

/** How much of `asked` is in `all`. */
export function extentIn(asked: Entries, all: Entries): Extent {
  if (!isNone(asked) && covers(all, asked)) return 'wholly';
  return meets(all, asked) ? 'in part' : 'not';
}

/** A part of what was asked, by how it came to be in or out. */
export interface Piece {
  readonly entries: Entries;
  readonly allowed: boolean;
  readonly wanted: boolean;
  readonly grant?: Omit<Grant, 'entries'>;
  /** The move by which it went. */
  readonly went?: Move;
}

export interface TargetFacts {
  readonly asked: Entries;
  /** What the list selects for this target. */
  readonly wanted: Entries;
  /** What is ours now. */
  readonly grants: readonly Grant[];
  /** What is known of how the asked came and went until then, newest first. */
  readonly moves: readonly Move[];
  /** ISO 8601, if that moment has passed: what came later does not count. */
  readonly past?: string;
}

/** Everything asked, cut so that each piece has one answer. */
export function piecesOf({ asked, wanted, grants, moves, past }: TargetFacts): Piece[] {
  const granted = (within_: Entries): Piece[] =>
    grants
      .filter(({ since }) => past === undefined || since === undefined || since <= past)
      .map(({ entries: all, ...grant }) => ({ entries: within(all, within_), allowed: true, wanted: false, grant }));
  const now = past === undefined ? granted(asked) : [];
  const { last, unmoved } = lastMoves(without(asked, allOf(now)), moves);
  const moved = last.map(({ entries: some, move }): Piece => {
    const { at, cause, run, found, decisions } = move;
    if (move.direction === 'remove') return { entries: some, allowed: false, wanted: false, went: move };
    // What came and is not on record as ours any more went without a word: nothing is claimed of it.
    if (past === undefined) return { entries: some, allowed: false, wanted: false };
    const grant = { cause, since: at, run, ...(found ? { found } : {}), ...(decisions ? { decisions } : {}) };
    return { entries: some, allowed: true, wanted: false, grant };
  });
  const before = past === undefined ? [] : granted(unmoved);
  const rest = { entries: without(unmoved, allOf(before)), allowed: false, wanted: false };
  return [...now, ...moved, ...before, rest].flatMap((piece) => splitBy(piece, wanted));
}

function splitBy(piece: Piece, wanted: Entries): Piece[] {
  return [
    { ...piece, entries: within(piece.entries, wanted), wanted: true },
    { ...piece, entries: without(piece.entries, wanted) },
  ].filter(({ entries: some }) => !isNone(some));
}

/** The tags of a list that have something of it: published, kept although it is not, or held back although it is. */
export function tagsWith(asked: Entries, { tags, families }: Selection, ledger: Ledger): WhyTag[] {
  const wanted = { ...asked, names: [] };
  for (const family of ['ipv4', 'ipv6'] as const) if (!families.includes(family)) wanted[family] = noEntries[family];
  return tags.flatMap((tag): WhyTag[] => {
    const row = ledger.tags.get(tag);
    if (!row || isEmpty(wanted)) return [];
    const has = within(entries(effectiveOf(row)), wanted);
    const published = within(entries(row.published), wanted);
    const holds = row.holds.filter(({ held }) => meets(entries(held), wanted)).map(({ id }) => id);
    if (isNone(has) && isNone(published)) return [];
    const appeared = (row.appeared ?? [])
      .filter(({ prefixes }) => meets(entries(prefixes), wanted))
      .map(({ changeNumber, at }) => ({ changeNumber, at }));
    const { from, why } = ledger.accepted?.tagsFrom?.find((one) => one.tag === tag) ?? {};
    const asIn = from && { asIn: { from, ...(why === undefined ? {} : { why }) } };
    const extent = extentIn(wanted, published);
    return [{ tag, ranges: textsOf(has), published: extent, appeared, holds, ...asIn }];
  });
}
