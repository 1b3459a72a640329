import { families } from '../../core/address/family.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { Announced } from '../../core/plan/announced.ts';
import { covers, type Entries, entriesOf, inFamilies, noEntries, textsOf } from '../../core/plan/entries.ts';
import type { Move, TargetMemory } from '../../core/plan/memory.ts';
import { allOf, withKept } from '../../core/plan/moves.ts';
import { desiredOf, type Selection } from '../../core/plan/selection.ts';
import { extentIn, type Piece, piecesOf, tagsWith, type WhyPart, type WhyTarget } from '../../core/why.ts';
import type { RunRecord } from '../../ports/runs.ts';
import { unlessDamaged } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, decisionRefs } from '../../run/decisions.ts';
import type { ResolvedList } from '../../run/lists.ts';
import { type HoldFacts, holdsOf } from './why-holds.ts';
import { known, type Moment, patternsOf } from './why-query.ts';

/** What is stored that explains every target, read once. */
export interface State extends Moment {
  readonly ledger: Ledger;
  readonly pinned?: Ledger;
  readonly decisionState: DecisionState;
  readonly lists: Readonly<Record<string, ResolvedList>>;
  readonly selections: ReadonlyMap<string, Selection>;
  readonly memories: ReadonlyMap<string, TargetMemory>;
  readonly foreign: Announced['foreign'];
  /** The newest run, once it is asked for. */
  lastRun(): Promise<RunRecord | undefined>;
}

/** Undefined where what was asked is of another sort than what the target holds, and its list does not have it. */
export async function explainTarget(
  context: RunContext,
  state: State,
  asked: Entries,
  id: string,
): Promise<WhyTarget | undefined> {
  const config = context.loaded.config.targets[id];
  const definition = context.targets.get(id)?.definition;
  const selection = config && state.selections.get(config.list);
  if (!config || !definition || !selection) return undefined;
  const holdsNames = definition.holds === 'names';
  if (holdsNames !== asked.names.length > 0) return undefined;
  const layout = definition.layout(config.settings);
  const wantedBy = (ledger: Ledger): Entries => {
    const { entries } = desiredOf(selection, ledger);
    return holdsNames ? { ...noEntries, names: entries.names } : { ...inFamilies(entries, layout.families), names: [] };
  };
  const { at, past, ledger, pinned } = state;
  const wanted = wantedBy(pinned ?? ledger);
  const memory = state.memories.get(id) ?? formerMemory(state, id, config.formerly);
  const grants = memory?.grants ?? [];
  const patterns = patternsOf(asked);
  const until = at.toISOString();
  const ids = [id, ...(config.formerly === undefined ? [] : [config.formerly])];
  // Of what is ours now memory says all: the moves are read for the rest, and for other days.
  const stored =
    !past && covers(allOf(grants), known(asked, [wanted, allOf(grants)]))
      ? []
      : (await Promise.all(ids.map((target) => context.moves.latest({ target, of: patterns, until })))).flat();
  const moves = withKept(memory, stored, until);
  const own = known(asked, [wanted, allOf(grants), ...moves.map(({ ranges }) => entriesOf(ranges))]);
  const pieces = piecesOf({ asked: own, wanted, grants, moves, ...(past ? { past: until } : {}) });
  const facts: HoldFacts = {
    context,
    at,
    config,
    selection,
    families: holdsNames ? [] : families.filter((f) => layout.families.includes(f) && selection.families.includes(f)),
    ledger,
    decisionState: state.decisionState,
    ...(pinned ? { pinned: { wanted, unpinned: wantedBy(ledger) } } : {}),
    ...(past ? {} : { now: await nowOf(context, state, id, memory, pieces) }),
  };
  return {
    target: id,
    list: config.list,
    mode: config.mode,
    allowed: extentIn(own, allOf(pieces.filter(({ allowed }) => allowed))),
    parts: pieces.map((piece) => partOf(piece, id, facts)),
  };
}

/** What an answer let go names who gave it: the release itself knows its hold alone. */
function wentBy({ at, cause, run, decisions, was }: Move, { decisionState }: HoldFacts): NonNullable<WhyPart['went']> {
  const answers = decisionState.decisions.filter(
    (one) =>
      one.kind === 'answer' && one.answer === 'remove' && cause.kind === 'released' && isOf(cause.hold, one.hold),
  );
  const refs = decisionRefs({ decisions: answers });
  const by = decisions ?? [...refs.values()];
  return { at, cause, run, ...(by.length > 0 ? { decisions: by } : {}), ...(was ? { was } : {}) };
}

/** Whether a hold is the one that was answered, or a part of it that was answered alone. */
function isOf(hold: string, answered: string): boolean {
  return hold === answered || hold.startsWith(`${answered}-`);
}

function formerMemory({ memories }: State, id: string, formerly: string | undefined): TargetMemory | undefined {
  const former = formerly === undefined ? undefined : memories.get(formerly);
  return former && { ...former, target: id };
}

/** The plan of the last run is read only where the target and its list differ. */
async function nowOf(
  context: RunContext,
  state: State,
  id: string,
  memory: TargetMemory | undefined,
  pieces: readonly Piece[],
): Promise<NonNullable<HoldFacts['now']>> {
  const differs = pieces.some(({ allowed, wanted }) => allowed !== wanted);
  const run = differs ? await state.lastRun() : undefined;
  const plan = run && (await unlessDamaged(context.runs.plan(run, id)));
  const outcomes = run?.outcomes.filter(({ target }) => target === id) ?? [];
  return { memory, foreign: state.foreign[id] ?? [], plan, outcomes };
}

function partOf(piece: Piece, target: string, facts: HoldFacts): WhyPart {
  const { entries, allowed, wanted, grant, went } = piece;
  return {
    ranges: textsOf(entries),
    allowed,
    wanted,
    ...grant,
    ...(went ? { went: wentBy(went, facts) } : {}),
    tags: tagsWith(entries, facts.selection, facts.ledger),
    holds: holdsOf(piece, target, facts),
  };
}
