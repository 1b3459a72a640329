import { createHash } from 'node:crypto';
import { parsePrefix } from '../core/address/prefix.ts';
import { isHostName } from '../core/address/sets.ts';
import { type Entries, entriesOf, isNone, textsOf, within, without } from '../core/plan/entries.ts';
import type { Move } from '../core/plan/memory.ts';
import type { Moves } from '../ports/moves.ts';
import { invertedTime, keyOf, partitionOf, type Scope } from './keys.ts';
import type { NewRow, Rows } from './rows.ts';

/**
 * Moves by range: a partition a target, in it a row for each part of the address space that moves of one time are in, newest
 * first. Asking for one address reads the rows of its part and those of broad prefixes, back to the newest that has it: one
 * page of a thousand rows each, however long the history is, where fewer than a thousand runs changed that part.
 *
 * A row is named by its content: the same moves again add nothing. A process that dies between rows leaves those that it
 * wrote; appended again, the rest follows.
 */
export class TableMoves implements Moves {
  readonly #rows: Rows;
  readonly #scope: Scope;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#scope = scope;
  }

  async append(moves: readonly Move[]): Promise<void> {
    for (const [target, own] of Map.groupBy(moves, (move) => move.target)) {
      const rows = rowsOf(own);
      if ((await this.#rows.insertAll(this.#partition(target), rows)) === 'inserted') continue;
      for (const row of rows) await this.#rows.insert(this.#partition(target), row);
    }
  }

  async latest({ target, of, until }: Parameters<Moves['latest']>[0]): Promise<readonly Move[]> {
    const from = invertedTime(until);
    const parts = [...new Set(textsOf(of).flatMap((text) => [partOf(text), widePartOf(text)]))];
    const found = await Promise.all(parts.map((part) => this.#latestIn(target, part, from, of)));
    return found.flat().sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
  }

  /** Back to the newest move of everything that can be in this part. */
  async #latestIn(target: string, part: string, from: string, of: Entries): Promise<Move[]> {
    const found: Move[] = [];
    let rest = entriesOf(textsOf(of).filter((text) => partOf(text) === part || widePartOf(text) === part));
    for await (const { value } of this.#rows.range(this.#partition(target), keyOf(part, from), `${part}}`)) {
      for (const move of (value as { readonly moves: readonly Move[] }).moves) {
        const moved = within(rest, entriesOf(move.ranges));
        if (isNone(moved)) continue;
        found.push(move);
        rest = without(rest, moved);
      }
      if (isNone(rest)) break;
    }
    return found;
  }

  #partition(target: string): string {
    return partitionOf(this.#scope, 'moves', target);
  }
}

function rowsOf(moves: readonly Move[]): NewRow[] {
  const parts = new Map<string, Move[]>();
  for (const move of moves) {
    for (const [part, ranges] of Map.groupBy(move.ranges, partOf)) {
      const key = JSON.stringify([part, move.at, move.run]);
      parts.set(key, [...(parts.get(key) ?? []), { ...move, ranges }]);
    }
  }
  return [...parts.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const digest = createHash('sha256').update(JSON.stringify(group)).digest('hex').slice(0, 32);
    const key = keyOf(partOf(first.ranges[0] ?? ''), invertedTime(first.at), first.run, digest);
    return [{ key, value: { moves: group } }];
  });
}

/** The part of the address space that a prefix is in: its /8, of IPv6 its /16; broader ones share one, and so do names. */
function partOf(text: string): string {
  if (isHostName(text)) return 'names';
  const { family, length } = parsePrefix(text);
  if (length < (family === 'ipv4' ? 8 : 16)) return widePartOf(text);
  return family === 'ipv4' ? `ipv4-${text.split('.', 1)[0]}` : `ipv6-${text.split(':', 1)[0] || '0'}`;
}

function widePartOf(text: string): string {
  if (isHostName(text)) return 'names';
  return text.includes(':') ? 'ipv6' : 'ipv4';
}
