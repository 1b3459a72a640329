import { type Entries, entriesOf, isNone, noEntries, textsOf, unite, within, without } from './entries.ts';
import { type DecisionRef, type Move, ownedOf, type TargetMemory } from './memory.ts';
import type { Cause, Direction } from './plan-types.ts';
import { ofOthers } from './read-back.ts';

/** A removal that was read back. */
interface Removed {
  readonly direction: Direction;
  readonly prefix: string;
  readonly cause: Cause;
  /** Ids. */
  readonly decisions?: readonly string[];
}

interface Between {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  /** What the run moved; what went and is not in it was taken out by others. */
  readonly changes: readonly Removed[];
  /** Decisions by id, those at least that the changes name. */
  readonly decisions: ReadonlyMap<string, DecisionRef>;
}

/** What came and what went between two states of a target's memory. None if the same is ours in both. */
export function movesBetween(before: TargetMemory | undefined, after: TargetMemory, between: Between): Move[] {
  const [had, has] = [ownedOf(before), ownedOf(after)];
  const { run, at } = between;
  const came = after.grants.flatMap(({ entries, since: _, run: by = run, ...grant }): Move[] => {
    const ranges = textsOf(without(entries, had));
    return ranges.length === 0 ? [] : [{ target: after.target, at, direction: 'add', ranges, run: by, ...grant }];
  });
  return [...came, ...departures(before, without(had, has), after.target, between)];
}

function departures(
  before: TargetMemory | undefined,
  gone: Entries,
  target: string,
  { run, at, changes, decisions }: Between,
): Move[] {
  if (isNone(gone)) return [];
  const ours = changes.filter(({ direction, cause }) => direction === 'remove' && !ofOthers.has(cause.kind));
  const groups = [...Map.groupBy(ours, ({ cause, decisions: ids }) => JSON.stringify([cause, ids])).values()];
  const moves: Move[] = [];
  const note = (all: Entries, cause: Cause, ids: readonly string[] = []): void => {
    const refs = ids.flatMap((id) => decisions.get(id) ?? []);
    for (const { entries, since, cause: why } of before?.grants ?? []) {
      const ranges = textsOf(within(entries, all));
      if (ranges.length === 0) continue;
      moves.push({
        ...{ target, at, direction: 'remove', ranges, cause, run },
        ...(refs.length === 0 ? {} : { decisions: refs }),
        was: { cause: why, ...(since === undefined ? {} : { since }) },
      });
    }
  };
  let rest = gone;
  for (const group of groups) {
    const [first] = group;
    const part = within(rest, entriesOf(group.map(({ prefix }) => prefix)));
    rest = without(rest, part);
    if (first) note(part, first.cause, first.decisions);
  }
  note(rest, { kind: 'drift' });
  return moves;
}

/** A part of what was asked, with the move that it came or went by last. */
export interface LastMove {
  readonly entries: Entries;
  readonly move: Move;
}

/**
 * How each asked range came to be in or out, from moves newest first; `unmoved` is what none of them is about.
 */
export function lastMoves(
  asked: Entries,
  moves: Iterable<Move>,
): { readonly last: readonly LastMove[]; readonly unmoved: Entries } {
  let unmoved = asked;
  const last: LastMove[] = [];
  for (const move of moves) {
    if (isNone(unmoved)) break;
    const entries = within(unmoved, entriesOf(move.ranges));
    if (isNone(entries)) continue;
    last.push({ entries, move });
    unmoved = without(unmoved, entries);
  }
  return { last, unmoved };
}

/** Moves that are stored, newest first, after those that memory still keeps itself: of these the ones until a moment, ISO 8601. */
export function withKept(memory: TargetMemory | undefined, stored: readonly Move[], until: string): Move[] {
  return [...(memory?.moves ?? []).filter(({ at }) => at <= until), ...stored];
}

/** All entries of several parts together. */
export function allOf(parts: readonly { readonly entries: Entries }[]): Entries {
  return parts.length === 0 ? noEntries : unite(parts.map(({ entries }) => entries));
}
