import { createHash } from 'node:crypto';
import { byFamily } from '../address/family.ts';
import { effectiveOf, type Ledger, type TagLedger } from '../judge/ledger.ts';
import {
  covers,
  type Entries,
  entries,
  inFamilies,
  isNone,
  noEntries,
  textsOf,
  unite,
  within,
  without,
} from './entries.ts';
import type { Layout } from './live.ts';
import { isContacted, ownedOf, type TargetMemory } from './memory.ts';
import type { Cause, Complete, Direction, PlanPart, Step, Verdict } from './plan-types.ts';
import { type Selection, selectedOf } from './selection.ts';

/** Ranges or names that share a cause, and the decisions that let them through. */
export interface AttributedRange {
  readonly cause: Cause;
  readonly entries: Entries;
  /** Ids. */
  readonly decisions?: readonly string[];
}

export interface CauseInput {
  readonly selection: Selection;
  readonly ledger: Ledger;
  readonly memory: TargetMemory | undefined;
  /** Hash of the config in force. */
  readonly config?: string;
}

/**
 * Why each range that the target lacks is to go in. Everything of `missing` is in exactly one answer.
 *
 * What is ours on record and not there was taken out: drift. A tag brings what it gained by publication only once the
 * target has had all of it: until then the edit of the config, or the registry, is the cause, in every run.
 */
export function causesOfAdditions(missing: Entries, input: CauseInput): AttributedRange[] {
  const { selection, ledger, memory } = input;
  if (!isContacted(memory)) return named([{ cause: { kind: 'first contact' }, entries: missing }]);
  const edited: Cause = { kind: 'config', ...(input.config === undefined ? {} : { config: input.config }) };
  const { take, close } = dealOut(missing);
  take({ kind: 'drift' }, ownedOf(memory));
  for (const name of selection.tags) {
    const row = ledger.tags.get(name);
    if (!row) continue;
    if (isComplete(name, row, memory)) takePublished(take, name, row, ledger);
    else
      take(
        knownTo(memory, selection.followed).some((tags) => tags.includes(name)) ? { kind: 'registry' } : edited,
        entries(effectiveOf(row)),
      );
  }
  for (const names of knownTo(memory, selection.followedNames)) take({ kind: 'registry' }, { ...noEntries, names });
  return close(edited);
}

/** Each range by the publication that brought it, as far as that was watched. */
function takePublished(take: Take, tag: string, row: TagLedger, ledger: Ledger): void {
  const effective = entries(effectiveOf(row));
  for (const allowed of row.allowed ?? []) {
    const { changeNumber } = allowed.hold.publication;
    take({ kind: 'publication', changeNumber, tag }, within(entries(allowed.prefixes), effective), [allowed.decision]);
  }
  for (const { changeNumber, prefixes } of row.appeared ?? []) {
    take({ kind: 'publication', changeNumber, tag }, within(entries(prefixes), effective));
  }
  take({ kind: 'publication', changeNumber: ledger.accepted?.changeNumber ?? 0, tag }, effective);
}

/**
 * Whether the target has had all of a tag. A record from before memory was kept names tags that a plan only meant to
 * bring in: one of which nothing is ours was never in.
 */
export function isComplete(tag: string, row: TagLedger, memory: TargetMemory): boolean {
  if (!memory.tags.includes(tag)) return false;
  if (!memory.grants.some(({ cause }) => cause.kind === 'carried over')) return true;
  const effective = entries(effectiveOf(row));
  return isNone(effective) || !isNone(within(effective, ownedOf(memory)));
}

/**
 * Why each range of ours is to go out. Everything of `extra` is in exactly one answer. What the list selected until now goes
 * because of that edit, also where a tag has released it before: it was kept all the same, and the clock of the edit is the
 * later one.
 */
export function causesOfRemovals(extra: Entries, input: CauseInput): AttributedRange[] {
  const { selection, ledger, memory } = input;
  const { take, close } = dealOut(extra);
  const edited: Cause = { kind: 'config', ...(input.config === undefined ? {} : { config: input.config }) };
  const over = memory?.grants.filter(({ cause }) => cause.kind === 'joined') ?? [];
  take({ kind: 'joined' }, unite(over.map((grant) => grant.entries)));
  const owned = ownedOf(memory);
  if (isContacted(memory)) {
    // A hold keeps its cause: what the list said before is known only in the run that sees it change.
    for (const hold of memory.holds) take(hold.cause === 'registry' ? { kind: 'registry' } : edited, hold.held);
    const left = memory.tags.filter((tag) => !selection.tags.includes(tag));
    const byRegistry = new Set(followedBefore(memory, selection).flat());
    const selectedBy = (tag: string): Entries => {
      const row = ledger.tags.get(tag);
      return row ? within(entries(effectiveOf(row)), owned) : noEntries;
    };
    for (const tag of left) if (byRegistry.has(tag)) take({ kind: 'registry' }, selectedBy(tag));
    for (const tag of left) if (!byRegistry.has(tag)) take(edited, selectedBy(tag));
    take({ kind: 'registry' }, { ...noEntries, names: [...byRegistry].sort() });
  }
  for (const name of selection.tags) {
    for (const release of ledger.tags.get(name)?.releases ?? []) {
      take({ kind: 'released', hold: release.hold, tag: name }, entries(release.prefixes));
    }
  }
  for (const name of selection.tags) {
    for (const hold of ledger.tags.get(name)?.holds ?? []) {
      if (hold.kind !== 'gain') continue;
      take({ kind: 'held', hold: hold.id, tag: name }, within(entries(hold.held), broughtBy(name, memory)));
    }
  }
  if (!isContacted(memory)) return close({ kind: 'first contact' });
  take(edited, owned);
  return close({ kind: 'drift' });
}

/** What a tag's publications brought in: what is there for another reason keeps the clock of that reason. */
function broughtBy(tag: string, memory: TargetMemory | undefined): Entries {
  const grants = memory?.grants ?? [];
  return unite(
    grants.filter(({ cause }) => cause.kind === 'publication' && cause.tag === tag).map((grant) => grant.entries),
  );
}

/** What the list follows from registries that the target knows already. */
function knownTo({ followed }: TargetMemory, now: Selection['followed'] = {}): (readonly string[])[] {
  return Object.entries(now).flatMap(([origin, members]) => (followed[origin] === undefined ? [] : [members]));
}

/** What followed, when it was last read back, from registries that the list still follows. */
function followedBefore({ followed }: TargetMemory, { followed: tags = {}, followedNames = {} }: Selection) {
  return Object.entries(followed).flatMap(([origin, members]) =>
    tags[origin] === undefined && followedNames[origin] === undefined ? [] : [members],
  );
}

type Take = (cause: Cause, of: Entries, decisions?: readonly string[]) => void;

/** Deals ranges out to causes: each takes what is left of its own, the last one all the rest. */
function dealOut(all: Entries): { take: Take; close: (cause: Cause) => AttributedRange[] } {
  const found: AttributedRange[] = [];
  let rest = all;
  const take: Take = (cause, of, decisions) => {
    if (isNone(rest)) return;
    const taken = within(rest, of);
    rest = without(rest, taken);
    found.push({ cause, entries: taken, ...(decisions ? { decisions } : {}) });
  };
  return { take, close: (cause) => named([...found, { cause, entries: rest }]) };
}

/** One step a name or minimal prefix: names, then IPv4, then IPv6, in order within a cause. */
export function stepsOf(caused: readonly AttributedRange[]): Step[] {
  return caused.flatMap(({ cause, entries: some, decisions }) =>
    textsOf(some).map((prefix) => ({ prefix, cause, ...(decisions ? { decisions } : {}) })),
  );
}

/** All ranges of several causes together. */
export function unionOf(caused: readonly AttributedRange[]): Entries {
  return unite(caused.map((one) => one.entries));
}

/** What of each cause is outside some entries. */
export function causedOutside(caused: readonly AttributedRange[], some: Entries): AttributedRange[] {
  return named(caused.map((one) => ({ ...one, entries: without(one.entries, some) })));
}

/** What of each cause is inside some entries. */
export function causedInside(caused: readonly AttributedRange[], some: Entries): AttributedRange[] {
  return named(caused.map((one) => ({ ...one, entries: within(one.entries, some) })));
}

function named(caused: readonly AttributedRange[]): AttributedRange[] {
  return caused.filter((one) => !isNone(one.entries));
}

interface CompleteInput {
  readonly selection: Selection;
  readonly ledger: Ledger;
  readonly memory: TargetMemory | undefined;
  readonly layout: Layout;
  readonly holdsNames: boolean;
  /** What would be ours. */
  readonly ours: Entries;
}

/**
 * Tags and registries that a target has had whole, once all that is ours would be there. One that it knows stays known
 * while the list selects it: what it lacks then is missing for another reason than an edit. A registry is known when all
 * that follows from it is there.
 */
export function completeAfter(input: CompleteInput): Complete {
  const { selection, ledger, memory, layout, holdsNames, ours } = input;
  const hasTag = (tag: string): boolean => {
    const row = ledger.tags.get(tag);
    if (row && memory && isComplete(tag, row, memory)) return true;
    return row !== undefined && covers(ours, inFamilies(selectedOf(tag, selection, ledger), layout.families));
  };
  const tags = holdsNames ? [] : selection.tags.filter(hasTag);
  const has = new Set(tags);
  const followed: Record<string, readonly string[]> = {};
  const members = holdsNames ? (selection.followedNames ?? {}) : (selection.followed ?? {});
  for (const [origin, all] of Object.entries(members)) {
    const there = all.filter((one) => (holdsNames ? covers(ours, { ...noEntries, names: [one] }) : has.has(one)));
    if (memory?.followed[origin] !== undefined || there.length === all.length) followed[origin] = there;
  }
  return { tags, followed };
}

/** Ranges of one direction and verdict as a part of a plan; undefined if there are none. */
export function partOf(
  target: string,
  direction: Direction,
  caused: readonly AttributedRange[],
  verdict: Verdict,
): PlanPart | undefined {
  const steps = stepsOf(caused);
  if (steps.length === 0) return undefined;
  const all = unionOf(caused);
  return {
    id: partId(target, direction, textsOf(all)),
    direction,
    steps,
    addresses: byFamily((f) => all[f].count.toString()),
    verdict,
  };
}

/** The same for the same ranges, or names, of a target in every plan. */
export function partId(target: string, direction: Direction, ranges: readonly string[]): string {
  return createHash('sha256')
    .update(`${target}|${direction}|${ranges.join(',')}`)
    .digest('hex')
    .slice(0, 16);
}
