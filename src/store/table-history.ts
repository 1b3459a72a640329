import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Change, type History, type HistoryPage, type HistoryQuery, UnknownPosition } from '../ports/store.ts';
import { invertedTime, keyOf, keyPart, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/** Most rows and changes that one page looks at: a tenth of a second, and one request for the rows. */
const maxRows = 250;
const maxChanges = 5_000;

/**
 * Where a page ends: the row it came to, how many changes of that one are done with, and the first row of its run, where that
 * is another one.
 */
const keyForm = z.string().min(1).max(1_024);
const positionForm = z.tuple([keyForm, z.number().int().min(0), keyForm.optional()]);
type Position = z.output<typeof positionForm>;

/**
 * Changes, newest first: one row for those that were appended together for one target and time, named by its content, so
 * that appending again adds nothing. Rows of one run may overlap (a worker died and its successor verified more in one
 * go): page() gives each change once. Dying between the rows of two targets is healed by appending again.
 */
export class TableHistory implements History {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'history');
  }

  async append(changes: readonly Change[]): Promise<void> {
    const groups = Map.groupBy(changes, (change) => JSON.stringify([change.at, change.run, change.target]));
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const digest = createHash('sha256').update(JSON.stringify(group)).digest('hex').slice(0, 32);
      await this.#rows.insert(this.#partition, {
        key: keyOf(invertedTime(first.at), first.run, first.target, digest),
        columns: { target: keyPart(first.target) },
        value: { changes: group },
      });
    }
  }

  async page(
    { target, since, until, after, most }: HistoryQuery,
    wanted: (change: Change) => boolean = () => true,
  ): Promise<HistoryPage> {
    const [stoppedIn = '', done = 0, begin = stoppedIn] = after === undefined ? [] : positionOf(after);
    const from = begin !== '' ? begin : until === undefined ? '' : `${invertedTime(until)}~`;
    const to = since === undefined ? '~' : `${invertedTime(since)}~`;
    const columns = target === undefined ? {} : { target: keyPart(target) };
    const seen = new Set<string>();
    const changes: Change[] = [];
    let run: { readonly id: string; readonly key: string } | undefined;
    let [rows, looked] = [0, 0];
    for await (const { key, value } of this.#rows.range(this.#partition, from, to, columns, rowsFor(most))) {
      const group = (value as { readonly changes: readonly Change[] }).changes;
      const id = group[0]?.run ?? '';
      // Rows of a run lie together: what of it was given before is known by reading it again from its first row on.
      if (run?.id !== id) run = { id, key };
      if (rows >= maxRows || looked >= maxChanges) return { changes, next: textOf(run.key, key, 0) };
      for (const [i, change] of group.entries()) {
        const known = JSON.stringify([change.run, change.target, change.direction, change.prefix]);
        if (seen.has(known)) continue;
        seen.add(known);
        if (key < stoppedIn || (key === stoppedIn && i < done) || !wanted(change)) continue;
        if (changes.length === most) return { changes, next: textOf(run.key, key, i) };
        changes.push(change);
      }
      if (key < stoppedIn) continue;
      rows++;
      looked += group.length;
    }
    return { changes };
  }
}

/** A row holds one change at least. */
function rowsFor(most: number): number {
  return Math.min(most, maxRows) + 1;
}

function textOf(begin: string, stoppedIn: string, done: number): string {
  const position: Position = begin === stoppedIn ? [stoppedIn, done] : [stoppedIn, done, begin];
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function positionOf(text: string): Position {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const read = positionForm.safeParse(value);
  // Keys hold no quotes: nothing but a key may come into a filter.
  if (read.success && !read.data.some((part) => typeof part === 'string' && part.includes("'"))) return read.data;
  throw new UnknownPosition(
    `expected the continuation that a page ended with, got ${JSON.stringify(text.slice(0, 60))}`,
  );
}
