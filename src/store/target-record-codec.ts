import { entries, entriesOf, isNone, within, without } from '../core/plan/entries.ts';
import { type Grant, memoryOfPlain, type PlainMemory, plainMemory, type TargetMemory } from '../core/plan/memory.ts';
import type { TargetHold } from '../core/plan/plan-types.ts';
import { decodePrefixes, type StoredPrefixes } from './prefixes-codec.ts';

/** What a target remembers, as stored: prefix sets as texts. */
export interface StoredMemory {
  readonly memory: PlainMemory;
}

/** The form before causes were kept: what is ours, without why. Read, and written no more. */
export interface StoredTargetRecord {
  readonly target: string;
  readonly kind: string;
  readonly owned: StoredPrefixes;
  readonly names?: readonly string[];
  readonly tags: readonly string[];
  readonly followed?: Readonly<Record<string, readonly string[]>>;
  readonly holds: readonly (Omit<TargetHold, 'held'> & {
    readonly held: StoredPrefixes;
    readonly names?: readonly string[];
  })[];
  readonly wrote?: readonly string[];
  readonly overGrant?: readonly string[];
  readonly drift?: TargetMemory['drift'];
}

export function encodeMemory(memory: TargetMemory): StoredMemory {
  return { memory: plainMemory(memory) };
}

export function decodeMemory(stored: StoredMemory | { readonly record: StoredTargetRecord }): TargetMemory {
  return 'memory' in stored ? memoryOfPlain(stored.memory) : carriedOver(stored.record);
}

/**
 * A record of the older form as memory: one grant for all that was ours, since when and why unknown. Its tags were written
 * as if the plan had come true; `isComplete` believes only those of which something is ours.
 */
function carriedOver(record: StoredTargetRecord): TargetMemory {
  const { target, kind, names = [], tags, followed = {}, holds, wrote, overGrant = [], drift } = record;
  const all = entries(decodePrefixes(record.owned), names);
  const over = within(all, entriesOf(overGrant));
  const grants: readonly Grant[] = [
    { entries: without(all, over), cause: { kind: 'carried over' } },
    { entries: over, cause: { kind: 'joined' } },
  ];
  return {
    target,
    kind,
    grants: grants.filter((grant) => !isNone(grant.entries)),
    tags,
    followed,
    holds: holds.map(({ names: held = [], ...hold }) => ({ ...hold, held: entries(decodePrefixes(hold.held), held) })),
    ...(wrote === undefined ? {} : { claimed: wrote }),
    ...(drift === undefined ? {} : { drift }),
  };
}
