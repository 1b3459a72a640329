import type { DomainEvent } from '../event.ts';
import { type Entries, entriesOf, isNone, noEntries, unite, within, without } from '../plan/entries.ts';
import type {
  AcceptPublicationDecision,
  ApproveDecision,
  Decision,
  DeclineDecision,
  HoldDecision,
  PauseDecision,
  PinDecision,
} from './decision.ts';
import { acceptedAlike, answeredAlike, approvedByEnough, isByEnough } from './quorum.ts';

/** An approval with what it still covers. */
export interface Approval {
  readonly decision: ApproveDecision;
  readonly covers: Entries;
}

/** What all decisions add up to at a moment. */
export interface ActiveDecisions {
  /** The pause of everything, if there is one. */
  readonly paused?: PauseDecision;
  /** Pauses by target. */
  readonly pausedTargets: ReadonlyMap<string, PauseDecision>;
  readonly pin?: PinDecision;
  /** Approvals that cover something, by as many people as they need, oldest first. */
  readonly approvals: readonly Approval[];
  /** Approvals that count for nothing as far as these entries go, until another person gives the same. */
  readonly incomplete: readonly Approval[];
  readonly declinedParts: readonly DeclineDecision[];
  /** Answers to each hold that as many people gave as they need, oldest first. */
  readonly answers: ReadonlyMap<string, readonly HoldDecision[]>;
  /** Files that as many people accepted as it needs, oldest first. */
  readonly acceptances: readonly AcceptPublicationDecision[];
  /** Ids of the decisions that were withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
  /** What each approval let through and was written and read back, withdrawn since or not. */
  readonly done: ReadonlyMap<string, Entries>;
}

/**
 * Folds all decisions, oldest first, into what is active now. One that was withdrawn counts as never made: what was before it
 * is active again.
 */
export function activeDecisionsAt(decisions: readonly Decision[], now: Date): ActiveDecisions {
  const at = now.toISOString();
  const open = (until: string | undefined): boolean => until === undefined || at < until;
  let paused: PauseDecision | undefined;
  let pin: PinDecision | undefined;
  const pausedTargets = new Map<string, PauseDecision>();
  const approved: ApproveDecision[] = [];
  const answered: HoldDecision[] = [];
  const accepted: AcceptPublicationDecision[] = [];
  const declinedParts = new Map<string, DeclineDecision>();
  const withdrawn = withdrawnIn(decisions);
  const done = doneIn(decisions);
  for (const decision of decisions) {
    if (withdrawn.has(decision.id)) continue;
    switch (decision.kind) {
      case 'pause':
        if (decision.target === undefined) paused = decision;
        else pausedTargets.set(decision.target, decision);
        break;
      case 'resume':
        if (decision.target === undefined) {
          paused = undefined;
          pausedTargets.clear();
        } else pausedTargets.delete(decision.target);
        break;
      case 'pin':
        pin = decision;
        break;
      case 'unpin':
        pin = undefined;
        break;
      case 'approve':
        if (open(decision.expires)) approved.push(decision);
        break;
      case 'decline':
        declinedParts.set(decision.id, decision);
        break;
      case 'withdraw':
        break;
      case 'done':
        break;
      case 'answer':
        answered.push(decision);
        break;
      case 'accept-publication':
        accepted.push(decision);
        break;
    }
  }
  for (const [target, decision] of pausedTargets) if (!open(decision.until)) pausedTargets.delete(target);
  return {
    ...(paused && open(paused.until) ? { paused } : {}),
    pausedTargets,
    ...(pin && open(pin.until) ? { pin } : {}),
    ...approvalsIn(approved, done),
    declinedParts: [...declinedParts.values()].filter(({ until }) => open(until)),
    answers: Map.groupBy(
      answered.filter((answer) => isByEnough(answer, answeredAlike(answer, answered))),
      ({ hold }) => hold,
    ),
    acceptances: accepted.filter((accept) => isByEnough(accept, acceptedAlike(accept, accepted))),
    withdrawn,
    done,
  };
}

/** What approvals cover: as far as enough people gave them, and it is not done. */
function approvalsIn(
  approved: readonly ApproveDecision[],
  done: ReadonlyMap<string, Entries>,
): Pick<ActiveDecisions, 'approvals' | 'incomplete'> {
  const all = approved.map((decision) => {
    const left = without(entriesOf(decision.ranges), done.get(decision.id) ?? noEntries);
    const enough = approvedByEnough(decision, approved);
    return { decision, covers: within(left, enough), lacks: without(left, enough) };
  });
  return {
    approvals: all.flatMap(({ decision, covers }) => (isNone(covers) ? [] : [{ decision, covers }])),
    incomplete: all.flatMap(({ decision, lacks }) => (isNone(lacks) ? [] : [{ decision, covers: lacks }])),
  };
}

/** What each approval let through already, whatever the clock of the worker that recorded it. */
function doneIn(decisions: readonly Decision[]): ReadonlyMap<string, Entries> {
  const done = new Map<string, Entries>();
  for (const decision of decisions) {
    if (decision.kind !== 'done') continue;
    done.set(decision.word, unite([done.get(decision.word) ?? noEntries, entriesOf(decision.ranges)]));
  }
  return done;
}

/** Ids of the decisions that were withdrawn; a withdrawal that was withdrawn itself takes nothing back. */
export function withdrawnIn(decisions: readonly Decision[]): ReadonlySet<string> {
  const withdrawn = new Set<string>();
  for (const decision of decisions.toReversed()) {
    if (decision.kind === 'withdraw' && !withdrawn.has(decision.id)) withdrawn.add(decision.word);
  }
  return withdrawn;
}

/** Ids of the decisions that were active at the last announcement. */
export interface AnnouncedControls {
  readonly paused?: Told;
  readonly targets: Readonly<Record<string, Told>>;
  readonly pin?: Told;
}

interface Told {
  readonly word: string;
  readonly by: string;
  readonly until?: string;
}

/** Compares active decisions with those announced: a pause or a pin is announced when it begins and when it ends, once. */
export function announceControls(
  before: AnnouncedControls | undefined,
  active: ActiveDecisions,
): { told: AnnouncedControls; events: readonly DomainEvent[] } {
  const told: AnnouncedControls = {
    ...(active.paused ? { paused: announcedOf(active.paused) } : {}),
    targets: Object.fromEntries([...active.pausedTargets].map(([target, decision]) => [target, announcedOf(decision)])),
    ...(active.pin ? { pin: announcedOf(active.pin) } : {}),
  };
  const events: DomainEvent[] = [];
  const compare = (
    control: 'pause' | 'pin',
    was: Told | undefined,
    decision: PauseDecision | PinDecision | undefined,
    target?: string,
  ) => {
    if (was?.word === decision?.id) return;
    const about = target === undefined ? {} : { target };
    if (decision) {
      events.push({
        kind: 'control-changed',
        control,
        begins: true,
        ...about,
        by: decision.by.name,
        why: decision.why,
        ...(decision.until === undefined ? {} : { until: decision.until }),
        ...(decision.kind === 'pin' ? { changeNumber: decision.changeNumber } : {}),
      });
    } else if (was) {
      events.push({ kind: 'control-changed', control, begins: false, ...about, by: was.by, why: '' });
    }
  };
  compare('pause', before?.paused, active.paused);
  for (const target of new Set([...Object.keys(before?.targets ?? {}), ...active.pausedTargets.keys()])) {
    compare('pause', before?.targets[target], active.pausedTargets.get(target), target);
  }
  compare('pin', before?.pin, active.pin);
  return { told, events };
}

function announcedOf({ id, by, until }: PauseDecision | PinDecision): Told {
  return { word: id, by: by.name, ...(until === undefined ? {} : { until }) };
}
