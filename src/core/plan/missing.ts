import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { intersect, type Sets, setsOf, subtract, union } from '../address/sets.ts';
import type { ActiveDecisions } from '../decisions/in-effect.ts';
import { type Hold, heldBy, isKept, type Ledger } from '../judge/ledger.ts';
import type { AnnouncedGain } from '../judge/source-state.ts';
import { ownedOf, type TargetMemory } from './memory.ts';
import type { Outcome, Plan } from './plan-types.ts';
import { desiredOf, type Selection } from './selection.ts';

export interface MissingInput {
  readonly selection: Selection;
  /** Families that the kind of target can hold. */
  readonly families: readonly Family[];
  readonly ledger: Ledger;
  /** What is known of the target: its memory, and where this run planned it, its plan with what became of it. */
  readonly memory: TargetMemory | undefined;
  readonly plan: Pick<Plan, 'parts' | 'owned'> | undefined;
  readonly outcomes: readonly Outcome[];
  /** Lists are pinned: what is desired now is not what was planned. */
  readonly pinned: boolean;
  /** What a person declined to add to the target. */
  readonly declined: Sets;
  readonly now: Date;
}

/** Ranges that a person declined to add to a target. */
export function declinedFor(target: string, { declinedParts }: Pick<ActiveDecisions, 'declinedParts'>): Sets {
  const own = declinedParts.filter((part) => part.target === target && part.direction === 'add');
  return setsOf(own.flatMap(({ ranges }) => ranges));
}

/**
 * What of some announced gains a target should have and does not have, as far as is known without reading it again. What a person
 * blocked or declined it should not have.
 */
export function missingRanges(gains: readonly AnnouncedGain[], input: MissingInput): Sets {
  const { selection, families } = input;
  const announced = setsOf(gains.filter(({ tag }) => selection.tags.includes(tag)).flatMap(({ prefixes }) => prefixes));
  const present = presentIn(input);
  const unwanted = union([selection.never, blockedIn(input), input.declined]);
  return byFamily((f) =>
    selection.families.includes(f) && families.includes(f)
      ? announced[f].subtract(unwanted[f]).subtract(present[f])
      : PrefixSet.empty(f),
  );
}

/** Suspicious gains that an answer keeps out, but for what another tag of the list brings all the same. */
function blockedIn({ selection, ledger, now }: MissingInput): Sets {
  const blocked = gainHoldsOf(selection.tags, ledger).filter((hold) => isKept(hold, now.toISOString()));
  return subtract(heldBy(blocked, 'gain'), desiredOf(selection, ledger).entries);
}

/** Of the missing ranges, those that wait as suspicious for the answer of a person. */
export function suspiciousOf(missing: Sets, tags: readonly string[], ledger: Ledger): Sets {
  return intersect(missing, heldBy(gainHoldsOf(tags, ledger), 'gain'));
}

export function gainHoldsOf(tags: readonly string[], ledger: Ledger): Hold[] {
  return tags.flatMap((tag) => ledger.tags.get(tag)?.holds ?? []).filter(({ kind }) => kind === 'gain');
}

function presentIn({ selection, ledger, memory, plan, outcomes, pinned }: MissingInput): Sets {
  if (!plan) return ownedOf(memory);
  const done = setsOf(outcomes.filter(({ result }) => result === 'done').flatMap(({ added }) => added));
  const steps = plan.parts.filter(({ direction }) => direction === 'add').flatMap((part) => part.steps);
  const asked = setsOf(steps.map(({ prefix }) => prefix));
  const desired = desiredOf(selection, ledger).entries;
  return byFamily((f) => {
    const undone = asked[f].subtract(done[f]);
    const known = PrefixSet.from(f, plan.owned[f]).union(pinned ? PrefixSet.empty(f) : desired[f]);
    return known.subtract(undone);
  });
}
