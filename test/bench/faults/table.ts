import { isEmpty, union } from '../../../src/core/address/sets.ts';
import { type Effect, firstOf, sizeOf } from './effects.ts';
import type { FaultKind } from './kind.ts';
import type { FaultCase, Outcome, Played } from './play.ts';

/** A loss of more than this share of a tag must never be cut in silence. */
const largeShare = 0.25;
/** Of how many cases one may let strangers in: 5 of 4,500. */
const casesPerStranger = 900;

/** How many cases of a kind, or of all of them, came to what. */
export interface FaultCounts {
  readonly cases: number;
  /** Strangers let in without a question; `letInRegion` where all of them are in `AzureCloud.<region>` of the truth. */
  readonly letIn: number;
  readonly letInRegion: number;
  /** The most IPv4 addresses, and IPv6 prefixes, let in by one case outside of its region. */
  readonly mostLetIn: { readonly ipv4: number; readonly ipv6: number };
  /** What is in the file before and in the truth was cut with the file that dropped it, or later. */
  readonly cutAtOnce: number;
  readonly cutLater: number;
  /** Some of that nobody was asked about, or told that it is kept; and where that is over a quarter of the tag. */
  readonly cutInSilence: number;
  readonly largeInSilence: number;
  /** The most of a tag that was cut in silence, 0 to 1. */
  readonly mostInSilence: number;
  readonly asked: number;
  readonly keptUnasked: number;
  /** A file was refused, or waits for a person. */
  readonly waits: number;
  /** What the truth adds, and the faulty file as well, is not allowed at the end. */
  readonly additionsMissing: number;
}

/** A case that breaks a bar, to look at. */
export interface FaultLeft {
  readonly kind: string;
  readonly broken: 'stranger let in' | 'large loss cut in silence';
  readonly before: string;
  readonly after: string;
  readonly tag: string;
  readonly ranges: string;
  readonly size: { readonly ipv4: number; readonly ipv6: number };
  /** Of a loss: how much of the tag, 0 to 1. */
  readonly share?: number;
}

export interface FaultBar {
  readonly name: string;
  readonly got: number;
  readonly most: number;
  readonly met: boolean;
}

export interface FaultTableResult {
  readonly cases: number;
  readonly kinds: readonly FaultKindRow[];
  /** By the name of who followed the files. */
  readonly totals: Readonly<Record<string, FaultCounts>>;
  readonly bars: readonly FaultBar[];
  /** Every case of the judge that breaks a bar. */
  readonly left: readonly FaultLeft[];
}

interface FaultKindRow {
  readonly name: string;
  readonly threat: FaultKind['threat'];
  readonly indistinguishable?: string;
  /** Cases that lose over a quarter of a tag. */
  readonly large: number;
  readonly counts: Readonly<Record<string, FaultCounts>>;
}

const none: FaultCounts = {
  cases: 0,
  letIn: 0,
  letInRegion: 0,
  mostLetIn: { ipv4: 0, ipv6: 0 },
  cutAtOnce: 0,
  cutLater: 0,
  cutInSilence: 0,
  largeInSilence: 0,
  mostInSilence: 0,
  asked: 0,
  keptUnasked: 0,
  waits: 0,
  additionsMissing: 0,
};

/** Adds up cases by kind and by who followed the files. */
export class FaultTable {
  readonly #kinds: readonly FaultKind[];
  readonly #counts = new Map<string, Map<string, FaultCounts>>();
  readonly #large = new Map<string, number>();
  readonly #left: FaultLeft[] = [];

  constructor(kinds: readonly FaultKind[]) {
    this.#kinds = kinds;
  }

  add(fault: FaultCase, { outcomes, lostShare }: Played): void {
    const { name } = fault.kind;
    if (lostShare > largeShare) this.#large.set(name, (this.#large.get(name) ?? 0) + 1);
    const counts = this.#counts.get(name) ?? new Map<string, FaultCounts>();
    this.#counts.set(name, counts);
    for (const [follower, outcome] of outcomes) {
      counts.set(follower, sum(counts.get(follower) ?? none, countsOf(outcome)));
      if (follower === judged) this.#left.push(...leftOf(fault, outcome));
    }
  }

  result(): FaultTableResult {
    const kinds = this.#kinds.map(
      (kind): FaultKindRow => ({
        name: kind.name,
        threat: kind.threat,
        ...(kind.indistinguishable === undefined ? {} : { indistinguishable: kind.indistinguishable }),
        large: this.#large.get(kind.name) ?? 0,
        counts: Object.fromEntries(this.#counts.get(kind.name) ?? []),
      }),
    );
    const followers = new Set(kinds.flatMap(({ counts }) => Object.keys(counts)));
    const totals = Object.fromEntries(
      [...followers].map((follower) => [
        follower,
        kinds.map(({ counts }) => counts[follower] ?? none).reduce(sum, none),
      ]),
    );
    return { cases: totals[judged]?.cases ?? 0, kinds, totals, bars: barsOf(kinds), left: this.#left };
  }
}

/** The one that the bars are for. */
export const judged = 'service-tag-sync';

function barsOf(kinds: readonly FaultKindRow[]): FaultBar[] {
  const rows = kinds.filter(({ indistinguishable }) => indistinguishable === undefined);
  const total = rows.map(({ counts }) => counts[judged] ?? none).reduce(sum, none);
  const bar = (name: string, got: number, most: number): FaultBar => ({ name, got, most, met: got <= most });
  return [
    bar(
      `cases that let strangers in from outside of the region's own Azure space, at most 5 of 4,500`,
      total.letIn,
      Math.floor(total.cases / casesPerStranger),
    ),
    bar('cases that cut in silence what they should keep, over a quarter of a tag', total.largeInSilence, 0),
  ];
}

function countsOf({ effects, asked, waits, keptUnasked }: Outcome): FaultCounts {
  const ifSome = (of: (effect: Effect) => boolean): number => (effects.some(of) ? 1 : 0);
  const letIn = ifSome(({ strangers }) => !isEmpty(strangers));
  const mostInSilence = Math.max(...effects.map(({ silentShare }) => silentShare));
  return {
    cases: 1,
    letIn,
    letInRegion: letIn === 1 ? 0 : ifSome(({ strangersInRegion }) => !isEmpty(strangersInRegion)),
    mostLetIn: sizeOf(union(effects.map(({ strangers }) => strangers))),
    cutAtOnce: ifSome(({ cutAtOnce }) => !isEmpty(cutAtOnce)),
    cutLater: ifSome(({ cutLater }) => !isEmpty(cutLater)),
    cutInSilence: ifSome(({ cutInSilence }) => !isEmpty(cutInSilence)),
    largeInSilence: mostInSilence > largeShare ? 1 : 0,
    mostInSilence,
    asked: asked ? 1 : 0,
    keptUnasked: keptUnasked ? 1 : 0,
    waits: waits ? 1 : 0,
    additionsMissing: ifSome(({ additionsMissing }) => !isEmpty(additionsMissing)),
  };
}

function sum(a: FaultCounts, b: FaultCounts): FaultCounts {
  return {
    cases: a.cases + b.cases,
    letIn: a.letIn + b.letIn,
    letInRegion: a.letInRegion + b.letInRegion,
    mostLetIn: {
      ipv4: Math.max(a.mostLetIn.ipv4, b.mostLetIn.ipv4),
      ipv6: Math.max(a.mostLetIn.ipv6, b.mostLetIn.ipv6),
    },
    cutAtOnce: a.cutAtOnce + b.cutAtOnce,
    cutLater: a.cutLater + b.cutLater,
    cutInSilence: a.cutInSilence + b.cutInSilence,
    largeInSilence: a.largeInSilence + b.largeInSilence,
    mostInSilence: Math.max(a.mostInSilence, b.mostInSilence),
    asked: a.asked + b.asked,
    keptUnasked: a.keptUnasked + b.keptUnasked,
    waits: a.waits + b.waits,
    additionsMissing: a.additionsMissing + b.additionsMissing,
  };
}

function leftOf({ kind, pair }: FaultCase, { effects }: Outcome): FaultLeft[] {
  const place = { kind: kind.name, before: pair.before.file, after: pair.truth.file };
  return effects.flatMap(({ tag, strangers, cutInSilence, silentShare }): FaultLeft[] => [
    ...(isEmpty(strangers)
      ? []
      : [{ ...place, broken: 'stranger let in' as const, tag, ranges: firstOf(strangers), size: sizeOf(strangers) }]),
    ...(silentShare > largeShare
      ? [
          {
            ...place,
            broken: 'large loss cut in silence' as const,
            tag,
            ranges: firstOf(cutInSilence),
            size: sizeOf(cutInSilence),
            share: silentShare,
          },
        ]
      : []),
  ]);
}
