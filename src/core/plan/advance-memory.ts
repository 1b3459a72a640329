import { driftOf } from './drift.ts';
import { type Entries, entriesOf, entryOf, isNone, meets, noEntries, unite, within, without } from './entries.ts';
import { type Live, stillLearned } from './live.ts';
import { type DecisionRef, type Grant, isContacted, ownedOf, type TargetMemory, type UnitFailure } from './memory.ts';
import type { Complete, Plan, Step, TargetHold } from './plan-types.ts';
import { ofOthers, type ReadBack } from './read-back.ts';

interface Advance {
  readonly plan: Plan;
  /** What the plan came to: `readBack()` of what was read last. */
  readonly back: ReadBack;
  readonly live: Live;
  readonly holds: readonly TargetHold[];
  readonly run: string;
  /** When it was read, ISO 8601. */
  readonly at: string;
  /** Decisions by id, those at least that the plan names. */
  readonly decisions: ReadonlyMap<string, DecisionRef>;
  /** What is there whole by what was read back, where not all of the plan is; absent: what was so before. */
  readonly complete?: Complete;
  /** Units that were written, whatever came of it; none if absent. */
  readonly written?: ReadonlySet<string>;
}

/** What the entries of others let in, beside ours. */
function ofOthersIn({ units }: Live, ours: Entries): Entries {
  return without(unite(units.flatMap(({ entries, family }) => entries.map((text) => entryOf(text, family)))), ours);
}

/**
 * What a target remembers after its plan was carried out, wholly, in part or not at all: only what was read back comes in or
 * goes out. Undefined if there was no contact before and nothing of the plan is there.
 */
export function advanceMemory(before: TargetMemory | undefined, advance: Advance): TargetMemory | undefined {
  const { plan, back, holds, live } = advance;
  // An entry of others that went takes nothing of ours with it, also where it covered ours.
  const out = entriesOf(back.removed.filter(({ cause }) => !ofOthers.has(cause.kind)).map(({ prefix }) => prefix));
  // What the list gave up and others took out, before or after the plan was made, is not put back: wanted again, it is new.
  // Not what it wants: an entry of others that waits for its clock may cover that.
  const wanted = entriesOf(
    plan.parts.filter(({ direction }) => direction === 'add').flatMap(({ steps }) => steps.map(({ prefix }) => prefix)),
  );
  const givenUp = without(unite([entriesOf(plan.forgets ?? []), ...holds.map(({ held }) => held)]), wanted);
  const gone = without(unite([out, givenUp]), back.ours);
  const adopted = entriesOf(back.adopted.map(({ prefix }) => prefix));
  const kept = (before?.grants ?? [])
    // What came in by joining and is wanted for itself by now has the better cause.
    .map((grant) => (grant.cause.kind === 'joined' ? cut(grant, adopted) : grant))
    .map((grant) => cut(grant, gone))
    .filter((grant) => !isNone(grant.entries));
  const grants = [...kept, ...newGrants(ownedOf({ grants: kept }), advance)];
  const first = !isContacted(before);
  const claimed = back.claimed ?? before?.claimed;
  if (first && grants.length === 0 && (claimed === undefined || claimed.length === 0)) return before;
  const whole = plan.complete !== undefined && (back.allIn || (first && grants.length > 0));
  const { tags, followed } = whole ? plan.complete : stillSelected(advance.complete ?? before, plan.complete);
  // A write that was lost or refused has put nothing right.
  const drift = [
    ...driftOf(back.allIn ? plan.drift : before?.drift, 'add'),
    ...driftOf(back.driftOut ? plan.drift : before?.drift, 'remove'),
  ];
  const failures = failuresAfter(before?.failures ?? [], advance);
  const limit = stillLearned(before?.limit, live);
  return {
    target: plan.target,
    kind: plan.kind,
    grants,
    tags,
    followed,
    // What is out has left its hold; what others wrote is held as long as it is there.
    holds: holds
      .map((hold) => ({ ...hold, held: without(hold.held, without(gone, ofOthersIn(live, back.ours))) }))
      .filter((hold) => !isNone(hold.held)),
    ...(claimed === undefined ? {} : { claimed }),
    units: unitsAfter(before?.units ?? [], advance),
    ...(first && grants.length === 0 ? { unread: true } : {}),
    ...(drift.length === 0 ? {} : { drift }),
    ...(failures.length === 0 ? {} : { failures }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** Of the tags that are there whole, those that the list selects now: one that it gave up and takes again is new. */
function stillSelected(
  { tags, followed }: Complete = { tags: [], followed: {} },
  selected: Plan['complete'],
): Complete {
  if (selected === undefined) return { tags, followed };
  return {
    tags: tags.filter((tag) => selected.tags.includes(tag)),
    followed: Object.fromEntries(Object.entries(followed).filter(([origin]) => origin in selected.followed)),
  };
}

/** One grant for all that went in for the same cause and on the same decisions. */
function newGrants(owned: Entries, { back, run, at, decisions }: Advance): Grant[] {
  const make = (steps: readonly Step[], found: boolean): Grant[] =>
    [...Map.groupBy(steps, ({ cause, decisions: ids }) => JSON.stringify([cause, ids])).values()].flatMap((group) => {
      const [first] = group;
      const all = without(entriesOf(group.map(({ prefix }) => prefix)), owned);
      // What is put right is ours already, for the reason it had.
      const mine = first?.cause.kind === 'drift' ? noEntries : within(all, back.ours);
      if (!first || isNone(mine)) return [];
      const refs = (first.decisions ?? []).flatMap((id) => decisions.get(id) ?? []);
      return [
        {
          entries: mine,
          cause: first.cause,
          since: at,
          run,
          ...(found ? { found: true as const } : {}),
          ...(refs.length === 0 ? {} : { decisions: refs }),
        },
      ];
    });
  return [...make(back.added, false), ...make(back.adopted, true)];
}

function cut(grant: Grant, out: Entries): Grant {
  return { ...grant, entries: without(grant.entries, out) };
}

/** Units with something of ours, and those that others emptied and that are not filled again. */
function unitsAfter(before: readonly string[], { plan, back }: Advance): string[] {
  const emptiedByUs = plan.changes
    .filter(({ removed }) => removed.length > 0 && !meets(back.ours, entriesOf(removed)))
    .map(({ key }) => key);
  return [...new Set([...before.filter((key) => !emptiedByUs.includes(key)), ...back.units])].sort();
}

/** What is Failed still, counting the writes that did not change that. */
function failuresAfter(before: readonly UnitFailure[], { live, at, written = new Set() }: Advance): UnitFailure[] {
  return live.units
    .filter(({ state }) => state === 'Failed')
    .map(({ key }) => {
      const known = before.find(({ unit }) => unit === key) ?? { unit: key, tries: 0, since: at };
      return written.has(key) ? { ...known, tries: known.tries + 1 } : known;
    });
}
