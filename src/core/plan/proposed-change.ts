import { parsePrefix } from '../address/prefix.ts';
import { isHostName } from '../address/sets.ts';
import type { Reason } from '../reason.ts';
import { type Entries, entriesOf, isNone, noEntries, textsOf, unite, within, without } from './entries.ts';
import {
  type Direction,
  directions,
  type Mode,
  type Plan,
  type PlanPart,
  type Step,
  type Verdict,
  writtenWhen,
} from './plan-types.ts';

/**
 * When a range is written: by the next run; later without a person, in a change window or after a pause; once a person
 * approves it; or by none of these.
 */
export const proposals = ['now', 'later', 'if approved', 'never'] as const;
export type Proposal = (typeof proposals)[number];

/** What the next run does to one target, and what it leaves. */
export interface ProposedChange {
  readonly target: string;
  readonly kind: string;
  readonly list: string;
  readonly mode: Mode;
  /** Written by the next run. */
  readonly add: readonly Step[];
  readonly remove: readonly Step[];
  /** Not written by it, and why. */
  readonly waits: readonly WaitingPart[];
  /** Why nothing at all may be written; empty if something may. */
  readonly refusals: readonly Reason[];
  readonly sums: ChangeSums;
  /** What is worth knowing and stops nothing. */
  readonly notes: readonly string[];
}

/** A part of a plan that the next run does not write. */
export interface WaitingPart {
  /** Its id, by which it is approved or declined. */
  readonly part: string;
  readonly direction: Direction;
  readonly when: Exclude<Proposal, 'now'>;
  readonly steps: readonly Step[];
  readonly reasons: readonly Reason[];
  /** No approval and no later hour lets it in: a person must change the config or the resource. */
  readonly refused?: true;
}

/** How much is written when, a range counted once. */
export type ChangeSums = Readonly<Record<Direction, Readonly<Record<Proposal, Amount>>>>;

/** Ranges and host names, and what they come to. Addresses of IPv6 are too many to compare: its prefixes are counted. */
export interface Amount {
  readonly ranges: number;
  /** IPv4 addresses, as a decimal string. */
  readonly ipv4Addresses: string;
  readonly ipv6Prefixes: number;
}

/** A plan as what the next run does. */
export function proposedChange({ target, kind, list, mode, parts, refusals, notes }: Plan): ProposedChange {
  const going = (direction: Direction) =>
    parts
      .filter((part) => part.direction === direction && proposalOf(part.verdict) === 'now')
      .flatMap(({ steps }) => steps);
  return {
    target,
    kind,
    list,
    mode,
    add: going('add'),
    remove: going('remove'),
    waits: parts.flatMap(waitingPart),
    refusals,
    sums: sumsOf(parts),
    notes,
  };
}

/** When the ranges of a part are written. */
export function proposalOf(verdict: Verdict): Proposal {
  if (verdict.kind === 'go') return 'now';
  const when = writtenWhen(verdict);
  return when === 'by itself' ? 'later' : when;
}

function waitingPart({ id, direction, steps, verdict }: PlanPart): WaitingPart[] {
  const when = proposalOf(verdict);
  if (verdict.kind === 'go' || when === 'now') return [];
  const refused = verdict.kind === 'refuse' ? ({ refused: true } as const) : {};
  return [{ part: id, direction, when, steps, reasons: verdict.reasons, ...refused }];
}

/** How much the parts of a plan come to. */
export function sumsOf(parts: readonly Pick<PlanPart, 'direction' | 'verdict' | 'steps'>[]): ChangeSums {
  return byDirection((direction) =>
    byProposal((proposal) =>
      amountOf(
        parts
          .filter((part) => part.direction === direction && proposalOf(part.verdict) === proposal)
          .flatMap(({ steps }) => steps.map(({ prefix }) => prefix)),
      ),
    ),
  );
}

/** The sums of several targets. */
export function totalOf(all: readonly ChangeSums[]): ChangeSums {
  return byDirection((direction) => byProposal((proposal) => added(all.map((sums) => sums[direction][proposal]))));
}

/** Canonical prefixes and host names in sum. */
export function amountOf(texts: readonly string[]): Amount {
  let ipv4Addresses = 0n;
  let ipv6Prefixes = 0;
  for (const text of texts) {
    if (isHostName(text)) continue;
    const { family, length } = parsePrefix(text);
    if (family === 'ipv4') ipv4Addresses += 1n << BigInt(32 - length);
    else ipv6Prefixes++;
  }
  return { ranges: texts.length, ipv4Addresses: ipv4Addresses.toString(), ipv6Prefixes };
}

/** What of a direction is written at all: now, later, or once it is approved. */
export function writtenOf(sums: ChangeSums, direction: Direction): Amount {
  const { now, later, 'if approved': asked } = sums[direction];
  return added([now, later, asked]);
}

function added(all: readonly Amount[]): Amount {
  return {
    ranges: all.reduce((sum, one) => sum + one.ranges, 0),
    ipv4Addresses: all.reduce((sum, one) => sum + BigInt(one.ipv4Addresses), 0n).toString(),
    ipv6Prefixes: all.reduce((sum, one) => sum + one.ipv6Prefixes, 0),
  };
}

/** Ranges whose fate a decision changes. */
export interface Difference {
  readonly direction: Direction;
  /** When they are written without the decision, and with it; `no part`: there is nothing to write. */
  readonly without: Proposal | 'no part';
  readonly with: Proposal | 'no part';
  /** Host names, then minimal prefixes. */
  readonly ranges: readonly string[];
}

/** What differs between two plans for one target; a plan that there is not has no part. */
export function differencesOf(before: Plan | undefined, after: Plan | undefined): Difference[] {
  const fates = [...proposals, 'no part'] as const;
  return directions.flatMap((direction) => {
    const was = fatesOf(before, direction);
    const is = fatesOf(after, direction);
    return fates.flatMap((from) =>
      fates
        .filter((to) => to !== from)
        .map((to) => ({ from, to, ranges: between(was, is, from, to) }))
        .filter(({ ranges }) => !isNone(ranges))
        .map(({ from: one, to, ranges }) => ({ direction, without: one, with: to, ranges: textsOf(ranges) })),
    );
  });
}

/** How many ranges a decision, or an edit, lets be written, or keeps from it, by the next run. */
export interface ChangedSums {
  readonly add: number;
  readonly remove: number;
  /** Would have been written without it. */
  readonly stopsAdding: number;
  readonly stopsRemoving: number;
  /** Wait for an approval because of it. */
  readonly toApprove: number;
  /** Would wait for an approval without it, and have nothing left to write. */
  readonly stopsAsking: number;
}

/** The sums of what differs. */
export function changedSums(all: readonly Difference[]): ChangedSums {
  const count = (wanted: (one: Difference) => boolean): number =>
    all.filter(wanted).reduce((sum, { ranges }) => sum + ranges.length, 0);
  return {
    add: count((one) => one.direction === 'add' && one.with === 'now'),
    remove: count((one) => one.direction === 'remove' && one.with === 'now'),
    stopsAdding: count((one) => one.direction === 'add' && one.without === 'now'),
    stopsRemoving: count((one) => one.direction === 'remove' && one.without === 'now'),
    toApprove: count((one) => one.with === 'if approved'),
    stopsAsking: count((one) => one.without === 'if approved' && (one.with === 'no part' || one.with === 'never')),
  };
}

type Fates = Readonly<Record<Proposal, Entries>>;

function between(was: Fates, is: Fates, from: Difference['without'], to: Difference['with']): Entries {
  const all = (fates: Fates) => unite(Object.values(fates));
  const left = from === 'no part' ? undefined : was[from];
  const right = to === 'no part' ? undefined : is[to];
  if (left && right) return within(left, right);
  if (left) return without(left, all(is));
  return right ? without(right, all(was)) : noEntries;
}

function fatesOf(plan: Plan | undefined, direction: Direction): Fates {
  return byProposal((proposal) =>
    unite(
      (plan?.parts ?? [])
        .filter((part) => part.direction === direction && proposalOf(part.verdict) === proposal)
        .map(({ steps }) => entriesOf(steps.map(({ prefix }) => prefix))),
    ),
  );
}

function byDirection<T>(make: (direction: Direction) => T): Readonly<Record<Direction, T>> {
  return { add: make('add'), remove: make('remove') };
}

function byProposal<T>(make: (proposal: Proposal) => T): Readonly<Record<Proposal, T>> {
  return { now: make('now'), later: make('later'), 'if approved': make('if approved'), never: make('never') };
}
