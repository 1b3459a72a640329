import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { type Sets, setsOf } from '../address/sets.ts';
import type { Ledger } from '../judge/ledger.ts';
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
}

/** What of some announced gains a target should have and does not have, as far as is known without reading it again. */
export function missingRanges(gains: readonly AnnouncedGain[], input: MissingInput): Sets {
  const { selection, families } = input;
  const announced = setsOf(gains.filter(({ tag }) => selection.tags.includes(tag)).flatMap(({ prefixes }) => prefixes));
  const present = presentIn(input);
  return byFamily((f) =>
    selection.families.includes(f) && families.includes(f)
      ? announced[f].subtract(selection.never[f]).subtract(present[f])
      : PrefixSet.empty(f),
  );
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
