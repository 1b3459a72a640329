import type { TargetConfig } from '../../config/config.ts';
import { windowAt } from '../../core/decisions/change-window.ts';
import { effectiveOf, type Hold, type Ledger } from '../../core/judge/ledger.ts';
import type { ToldForeign } from '../../core/plan/announced.ts';
import {
  covers,
  type Entries,
  entries,
  entriesOf,
  entryOf,
  isNone,
  meets,
  textsOf,
  within,
} from '../../core/plan/entries.ts';
import type { TargetMemory } from '../../core/plan/memory.ts';
import type { Direction, Outcome, Plan } from '../../core/plan/plan-types.ts';
import type { Selection } from '../../core/plan/selection.ts';
import { deadlineOf } from '../../core/publication/freshness.ts';
import type { Reason } from '../../core/reason.ts';
import type { Piece, WhyHold } from '../../core/why.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import { viewOfTagHold } from './holds.ts';

/** What one target's pieces are explained by. */
export interface HoldFacts {
  readonly context: Pick<RunContext, 'loaded'>;
  /** The moment that is asked about. */
  readonly at: Date;
  readonly config: TargetConfig;
  readonly selection: Selection;
  readonly families: readonly ('ipv4' | 'ipv6')[];
  /** The ledger in force then, and the one that lists are pinned to. */
  readonly ledger: Ledger;
  readonly decisionState: DecisionState;
  readonly pinned?: { readonly wanted: Entries; readonly unpinned: Entries };
  /** Of now alone: absent for a day that has passed. */
  readonly now?: {
    readonly memory: TargetMemory | undefined;
    readonly foreign: readonly ToldForeign[];
    readonly plan: Plan | undefined;
    readonly outcomes: readonly Outcome[];
  };
}

/** What keeps a piece in or out of a target. */
export function holdsOf(piece: Piece, target: string, facts: HoldFacts): WhyHold[] {
  const { now } = facts;
  const direction = piece.allowed === piece.wanted ? undefined : piece.wanted ? 'add' : 'remove';
  const found = [
    ...tagHolds(piece, facts),
    ...(piece.wanted ? [] : leftOut(piece, facts)),
    ...pinHold(piece, facts),
    ...(now ? [...listHolds(piece, now), ...others(piece, now.foreign)] : []),
  ];
  if (direction === undefined || (direction === 'remove' && found.some(({ kind }) => kind === 'list'))) return found;
  const stops = [...modeHold(piece, facts), ...pauseHold(target, facts)];
  // What the mode forbids waits for nothing else.
  const planned = now && !stops.some(({ kind }) => kind === 'mode') ? plannedHolds(piece, direction, now) : [];
  const stopped = [...stops, ...(planned.length > 0 ? planned : windowHold(direction, facts))];
  return [...found, ...(stopped.length > 0 || !now || found.length > 0 ? stopped : [nextRun(direction)])];
}

function nextRun(direction: Direction): WhyHold {
  const what = direction === 'add' ? 'written' : 'taken out';
  return { kind: 'next run', text: `not ${what} yet`, next: 'the next run does it; `run` asks for one' };
}

function tagHolds({ entries: piece, allowed, wanted }: Piece, facts: HoldFacts): WhyHold[] {
  const { ledger, selection, families } = facts;
  return selection.tags.flatMap((tag) =>
    (ledger.tags.get(tag)?.holds ?? []).flatMap((hold): WhyHold[] => {
      const held = within(piece, entries(hold.held));
      const matters = hold.kind === 'loss' ? allowed || wanted : !allowed;
      if (isNone(held) || !matters || !families.some((f) => !held[f].isEmpty)) return [];
      if (hold.kind === 'gain' && coveredByOthers(held, tag, facts)) return [];
      return [{ kind: hold.kind, id: hold.id, ...only(held, piece), ...tagHoldText(hold, facts) }];
    }),
  );
}

/** A held gain keeps nothing out that another tag of the list brings. */
function coveredByOthers(held: Entries, tag: string, { ledger, selection }: HoldFacts): boolean {
  return selection.tags.some((other) => {
    const row = other === tag ? undefined : ledger.tags.get(other);
    return row !== undefined && covers(entries(effectiveOf(row)), held);
  });
}

function tagHoldText(hold: Hold, { ledger, context, decisionState, at }: HoldFacts): Pick<WhyHold, 'text' | 'next'> {
  const view = viewOfTagHold(hold, ledger, { ...context, now: () => at }, decisionState);
  const { changeNumber } = hold.publication;
  const since = `publication ${changeNumber} (${hold.since.slice(0, 10)})`;
  const what =
    hold.kind === 'loss'
      ? `${hold.tag} no longer publishes it since ${since}`
      : `${hold.tag} publishes it since ${since} and is not believed yet`;
  const asked = view.questions.map(({ text }) => text).join('; ');
  const { answered } = view;
  const said = answered && `${answered.by.name} answered${ticketOf(answered.ticket)}: ${answered.why}`;
  const until = hold.kept?.until === undefined ? '' : `, until ${hold.kept.until.slice(0, 10)}`;
  const why = said ? `; ${said}${until}` : asked === '' ? '' : `; asked: ${asked}`;
  return { text: `${what}${why}`, next: view.otherwise };
}

function ticketOf(ticket: string | undefined): string {
  return ticket === undefined ? '' : ` (${ticket})`;
}

/** Why a list does not have what one of its tags brings. */
function leftOut(
  { entries: piece }: Piece,
  { context, selection, families, ledger, config, at }: HoldFacts,
): WhyHold[] {
  const today = at.toISOString().slice(0, 10);
  const list = context.loaded.config.lists[config.list];
  const never = (list?.never ?? []).flatMap(({ prefix, reason, owner, expires }): WhyHold[] => {
    const out = within(piece, entriesOf([prefix]));
    if (isNone(out) || (expires !== undefined && expires <= today)) return [];
    const end = expires === undefined ? 'take it out of `never`' : `\`never\` expires on ${expires}`;
    const text = `list ${config.list} never lets in ${prefix}: ${reason} (${owner})`;
    return [{ kind: 'never', ...only(out, piece), text, next: `${end} to let it in` }];
  });
  const brought = selection.tags.filter((tag) => {
    const row = ledger.tags.get(tag);
    return row !== undefined && meets(entries(effectiveOf(row)), piece);
  });
  const unused = (['ipv4', 'ipv6'] as const).filter((f) => !families.includes(f) && !piece[f].isEmpty);
  if (never.length > 0 || brought.length === 0 || unused.length === 0) return never;
  const text = `${brought.join(', ')} has it, and this list or target takes no ${unused.join(' or ')}`;
  return [{ kind: 'family', text, next: 'see `families` of the list, and what the kind of target can hold' }];
}

function pinHold({ entries: piece }: Piece, { pinned, decisionState: { active } }: HoldFacts): WhyHold[] {
  if (!pinned || !active.pin) return [];
  const { by, why, until, changeNumber, ticket } = active.pin;
  const moved = covers(pinned.wanted, piece) !== covers(pinned.unpinned, piece);
  if (!moved) return [];
  const text = `lists are pinned to publication ${changeNumber} by ${by.name}${ticketOf(ticket)}: ${why}`;
  return [{ kind: 'pin', text, next: `ends on ${until.slice(0, 10)}, or with \`unpin\`` }];
}

function pauseHold(target: string, { decisionState: { active } }: HoldFacts): WhyHold[] {
  const pause = active.paused ?? active.pausedTargets.get(target);
  if (!pause) return [];
  const text = `paused by ${pause.by.name} since ${pause.at.slice(0, 10)}${ticketOf(pause.ticket)}: ${pause.why}`;
  const end = pause.until === undefined ? 'ends ' : `ends on ${pause.until.slice(0, 10)}, or `;
  return [{ kind: 'pause', text, next: `${end}with \`resume\`` }];
}

function modeHold({ allowed }: Piece, { config: { mode } }: HoldFacts): WhyHold[] {
  if (mode === 'report-only')
    return [{ kind: 'mode', text: 'the target is report-only: nothing is ever written to it' }];
  return mode === 'add-only' && allowed
    ? [{ kind: 'mode', text: 'the target is add-only: nothing goes out of it' }]
    : [];
}

function windowHold(direction: Direction, { config, ledger, at }: HoldFacts): WhyHold[] {
  const deadline = ledger.accepted && new Date(deadlineOf(ledger.accepted).earliest);
  const state = windowAt(config.change, direction, at, deadline);
  return state.open ? [] : [{ kind: 'window', ...textOf(state.reason) }];
}

function listHolds({ entries: piece }: Piece, { memory }: NonNullable<HoldFacts['now']>): WhyHold[] {
  return (memory?.holds ?? []).flatMap(({ id, cause, since, held }): WhyHold[] => {
    const own = within(piece, held);
    if (isNone(own)) return [];
    const why = cause === 'registry' ? 'no registry of its list needs it' : 'its list no longer selects it';
    const next = `it goes out by the clock; \`answer remove ${id} --why "..."\` has it out now`;
    return [{ kind: 'list', id, ...only(own, piece), text: `${why} since ${since.slice(0, 10)}`, next }];
  });
}

function others({ entries: piece }: Piece, foreign: readonly ToldForeign[]): WhyHold[] {
  return foreign.flatMap(({ unit, entry }): WhyHold[] => {
    const own = within(piece, entryOf(entry, entry.includes(':') ? 'ipv6' : 'ipv4'));
    if (isNone(own)) return [];
    return [{ kind: 'others', ...only(own, piece), text: `${unit} has ${entry}, which this service did not write` }];
  });
}

/** What the last run's plan says of it, and what became of that. */
function plannedHolds(
  { entries: piece }: Piece,
  direction: Direction,
  { plan, outcomes }: NonNullable<HoldFacts['now']>,
): WhyHold[] {
  if (!plan) return [];
  if (plan.refusals.length > 0) return plan.refusals.map((reason) => ({ kind: 'refused', ...textOf(reason) }));
  return plan.parts.flatMap((part): WhyHold[] => {
    const own = within(piece, entriesOf(part.steps.map(({ prefix }) => prefix)));
    if (part.direction !== direction || isNone(own)) return [];
    const { verdict } = part;
    if (verdict.kind !== 'go') {
      const kind = verdict.kind === 'wait' ? 'part' : 'refused';
      // A pause is told as it is now.
      const reasons = verdict.reasons.filter(({ rule }) => rule !== 'paused');
      return reasons.map((reason) => ({ kind, id: part.id, ...only(own, piece), ...textOf(reason) }));
    }
    const moved = (outcome: Outcome) => entriesOf(direction === 'add' ? outcome.added : outcome.removed);
    const failed = outcomes.filter((one) => one.result === 'failed' && meets(moved(one), own));
    return failed.map(({ text }) => ({ kind: 'failed', text: `the last run failed to write it: ${text}` }));
  });
}

function textOf({ text, next }: Reason): Pick<WhyHold, 'text' | 'next'> {
  return { text, next };
}

function only(some: Entries, all: Entries): Pick<WhyHold, 'ranges'> {
  return covers(some, all) ? {} : { ranges: textsOf(some) };
}
