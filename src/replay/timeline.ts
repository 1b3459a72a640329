import type { Family } from '../core/address/family.ts';
import type { Hold, Ledger, TagLedger } from '../core/judge/ledger.ts';
import { effectiveOf } from '../core/judge/ledger.ts';

/** One tag over time, for a picture. */
export interface TagTrace {
  readonly tag: string;
  /** Whose addresses are counted: IPv6 only for a tag that never had IPv4. */
  readonly family: Family;
  /** Each is valid until the next one; the last one repeats the figures of the one before at the end. */
  readonly points: readonly TracePoint[];
  readonly holds: readonly TraceHold[];
}

export interface TracePoint {
  /** ISO 8601 date. */
  readonly date: string;
  readonly published: bigint;
  readonly effective: bigint;
}

export interface TraceHold {
  readonly id: string;
  readonly kind: Hold['kind'];
  readonly changeNumber: number;
  /** True if only a person may end it. */
  readonly question: boolean;
  /** ISO 8601 dates; without `until` it is open at the end. */
  readonly since: string;
  readonly until?: string;
}

interface Seen {
  readonly hold: Hold;
  until?: string;
}

interface Counted {
  readonly date: string;
  readonly ipv4: readonly [bigint, bigint];
  readonly ipv6: readonly [bigint, bigint];
}

/** Follows tags through the ledgers of a replay. */
export class Tracer {
  readonly #tags: ReadonlySet<string> | undefined;
  readonly #rows = new Map<string, TagLedger>();
  readonly #counted = new Map<string, Counted[]>();
  readonly #holds = new Map<string, Map<string, Seen>>();
  #last = '';

  /** Follows these tags only, or all. */
  constructor(tags?: Iterable<string>) {
    this.#tags = tags && new Set(tags);
  }

  /** The ledger as it is after a moment, in order of time. */
  take(now: Date, ledger: Ledger): void {
    this.#last = now.toISOString().slice(0, 10);
    for (const row of ledger.tags.values()) {
      if (this.#tags?.has(row.tag) === false || this.#rows.get(row.tag) === row) continue;
      this.#rows.set(row.tag, row);
      this.#count(row);
      this.#follow(row);
    }
  }

  /** Names of the tags that were seen, the ones whose holds were the largest first. */
  tags(): string[] {
    const most = (tag: string): bigint =>
      (this.#counted.get(tag) ?? []).reduce((max, { ipv4: [published, effective] }) => {
        const apart = effective > published ? effective - published : published - effective;
        return larger(apart, max);
      }, 0n);
    const sizes = new Map([...this.#counted.keys()].map((tag) => [tag, most(tag)]));
    return [...sizes].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1)).map(([tag]) => tag);
  }

  /** What was seen of a tag; undefined if that is nothing. */
  trace(tag: string): TagTrace | undefined {
    const counted = this.#counted.get(tag);
    const last = counted?.at(-1);
    if (!counted || !last) return undefined;
    const family = counted.some(({ ipv4 }) => ipv4[1] > 0n || ipv4[0] > 0n) ? 'ipv4' : 'ipv6';
    const points = [...counted, { ...last, date: this.#last }].map((point) => ({
      date: point.date,
      published: point[family][0],
      effective: point[family][1],
    }));
    const holds = [...(this.#holds.get(tag) ?? new Map<string, Seen>()).values()].map(
      ({ hold, until }): TraceHold => ({
        id: hold.id,
        kind: hold.kind,
        changeNumber: hold.publication.changeNumber,
        question: hold.questions.length > 0,
        since: hold.since.slice(0, 10),
        ...(until === undefined ? {} : { until }),
      }),
    );
    return { tag, family, points, holds };
  }

  #count(row: TagLedger): void {
    const effective = effectiveOf(row);
    const next: Counted = {
      date: this.#last,
      ipv4: [row.published.ipv4.count, effective.ipv4.count],
      ipv6: [row.published.ipv6.count, effective.ipv6.count],
    };
    const points = this.#counted.get(row.tag) ?? [];
    this.#counted.set(row.tag, points);
    const before = points.at(-1);
    const same = (['ipv4', 'ipv6'] as const).every((f) => before?.[f].every((count, i) => count === next[f][i]));
    if (!before || !same) points.push(next);
  }

  #follow(row: TagLedger): void {
    const seen = this.#holds.get(row.tag) ?? new Map<string, Seen>();
    this.#holds.set(row.tag, seen);
    const open = new Set(row.holds.map(({ id }) => id));
    for (const hold of row.holds) if (!seen.has(hold.id)) seen.set(hold.id, { hold });
    for (const [id, one] of seen) if (!open.has(id)) one.until ??= this.#last;
  }
}

function larger(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}
