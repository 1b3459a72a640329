import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AskedBy } from '../core/decisions/authorization.ts';
import type { Actor, Decision } from '../core/decisions/decision.ts';
import {
  type BegunOperation,
  type Claims,
  type ConfigAuthors,
  type Controls,
  type Operations,
  StoredFormatError,
  unlessDamaged,
} from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';
import { readDecision, type StoredDecision, storedDecision } from './stored-decision.ts';

/** A row a claim, inserted and never replaced. */
export class TableClaims implements Claims {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'claims');
  }

  async claim(key: string, by: string): Promise<boolean> {
    const row = keyOf(key);
    if ((await this.#rows.insert(this.#partition, { key: row, value: { by } })) === 'inserted') return true;
    // A damaged one is claimed as well: what may be done once is rather not done again.
    const value = await unlessDamaged(this.#rows.get(this.#partition, row));
    return (value as { readonly by: string } | undefined)?.by === by;
  }
}

/** A row a config, named by its hash, with everyone who gave it. */
export class TableConfigAuthors implements ConfigAuthors {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'config-authors');
  }

  async note(hash: string, by: Actor | undefined): Promise<void> {
    const key = keyOf(hash);
    try {
      await this.#rows.change(this.#partition, key, (value) => withAuthor(value, by));
    } catch (error) {
      if (!(error instanceof StoredFormatError)) throw error;
      // Who gave it before is lost with the row.
      await this.#rows.replace(this.#partition, { key, value: { ...withAuthor(undefined, by), unknown: true } });
    }
  }

  async of(hash: string): Promise<AskedBy> {
    const value = await unlessDamaged(this.#rows.get(this.#partition, keyOf(hash)));
    // An author who is not known: then more people have to approve.
    return authorsIn(value) ?? { persons: [], unknown: true };
  }
}

function authorsIn(value: object | undefined): AskedBy | undefined {
  const stored = value as AskedBy | undefined;
  return stored && { persons: stored.persons, unknown: stored.unknown };
}

/** The row with one author more; undefined if nothing changes by it. */
function withAuthor(value: object | undefined, by: Actor | undefined): object | undefined {
  const { persons, unknown } = authorsIn(value) ?? { persons: [], unknown: false };
  if (by === undefined) return unknown ? undefined : { persons, unknown: true };
  return persons.some((person) => isDeepStrictEqual(person, by)) ? undefined : { persons: [...persons, by], unknown };
}

/** Decisions, one table row each, in one partition, named by id. Rows are inserted and never changed. */
export class TableControls implements Controls {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'words');
  }

  async append(decision: Decision): Promise<'recorded' | 'known'> {
    const done = await this.#rows.insertOwn(this.#partition, {
      key: keyOf(decision.id),
      value: { word: storedDecision(decision) },
    });
    return done === 'inserted' ? 'recorded' : 'known';
  }

  async all(): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for await (const { value } of this.#rows.range(this.#partition, '', '~')) {
      decisions.push(readDecision((value as { readonly word: StoredDecision }).word));
    }
    // Ids have a resolution of one millisecond; a pause and its resume may fall into one.
    return decisions.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  }
}

/** A row an operation, under its target; addresses are too long for a key. */
export class TableOperations implements Operations {
  readonly #rows: Rows;
  readonly #partition: string;
  readonly #target: string;
  readonly #now: () => Date;

  constructor(rows: Rows, scope: Scope, target: string, now: () => Date) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'operations');
    this.#target = target;
    this.#now = now;
  }

  async begun({ url, subject }: BegunOperation): Promise<void> {
    await this.#rows.insert(this.#partition, {
      key: this.#keyOf(url),
      value: { url, subject, at: this.#now().toISOString() },
    });
  }

  async ended(url: string): Promise<void> {
    await this.#rows.deleteIfThere(this.#partition, this.#keyOf(url));
  }

  async open(since: Date): Promise<readonly BegunOperation[]> {
    const from = keyOf(this.#target);
    const found: BegunOperation[] = [];
    for await (const { value } of this.#rows.range(this.#partition, `${from}|`, `${from}}`)) {
      const { url, subject, at } = value as BegunOperation & { readonly at: string };
      if (Date.parse(at) >= since.getTime()) found.push({ url, subject });
      else await this.ended(url);
    }
    return found;
  }

  #keyOf(url: string): string {
    return keyOf(this.#target, createHash('sha256').update(url).digest('hex'));
  }
}
