import { isDeepStrictEqual } from 'node:util';
import type { DomainEvent } from '../core/event.ts';
import { advanceMemory } from '../core/plan/advance-memory.ts';
import { type Move, plainMemory, type TargetMemory } from '../core/plan/memory.ts';
import { movesBetween } from '../core/plan/moves.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import { readBack } from '../core/plan/read-back.ts';
import type { RunRecord } from '../ports/runs.ts';
import { type Intent, OpenRunError } from '../ports/runs.ts';
import { StoredFormatError } from '../ports/store.ts';
import { stage } from '../telemetry/telemetry.ts';
import { closeRecorded, type KnownOfRun } from './close.ts';
import type { CloseContext } from './context.ts';
import { decisionRefs } from './decisions.ts';
import { openUnits } from './open-units.ts';
import { type Prepared, planRun } from './plan.ts';
import { concurrency, mapConcurrent } from './plan-targets.ts';
import type { RunMessage } from './service.ts';
import { announceStopped, setAsideDamaged } from './set-aside.ts';

/** Delay before a run retries when the run lease is taken. */
const retrySeconds = 5;

/**
 * From fetch to recorded intent, under the run lease; then the lanes are set to work. Safe to repeat with the same
 * message: a run that is recorded already is only resumed.
 *
 * - fetch, parse, accept, judge, desired, live, plan, guard: `prepare`
 * - intent: the raw publication, the ledger (not yet in force), the plans, then the header
 * - everything after the header: `advance`, which any later process can repeat
 */
export async function startRun(context: CloseContext, message: RunMessage, signal: AbortSignal): Promise<void> {
  const before = await context.runs.recorded(message.run);
  if (before) return resumeRun(context, before);
  const lease = await context.leases.acquire('run');
  if (!lease) return context.runQueue.send(message, retrySeconds);
  let recorded: RunRecord | undefined;
  let known: KnownOfRun = {};
  try {
    const { last } = await setAsideDamaged(context);
    // Another worker recorded it before this one had the lease, and closed it.
    if (last?.closing && last.intent.run === message.run) return;
    if (last && !last.closing) {
      // The close of that one sends what is noted. What is not, has this message alone.
      const noted = (await context.runs.queued()).some(({ run }) => run === message.run);
      return noted ? undefined : await context.runQueue.send(message, retrySeconds);
    }
    const generation = await context.runs.nextGeneration();
    // Before anything is read: what is asked for from here on is for the next run.
    const asked = await context.runs.take(message, generation);
    const startedAt = context.now().toISOString();
    const prepared = await stage('prepare', { run: message.run }, () =>
      planRun(context, asked.targets, AbortSignal.any([signal, lease.lost])),
    );
    const configEvents = await eventsOfConfig(context, message.run);
    lease.lost.throwIfAborted();
    await context.keepConfig();
    for (const { record, bytes, snapshot } of prepared.taken.keep) {
      await context.publications.put(record, bytes);
      if (snapshot) await context.publications.putSnapshot(snapshot);
    }
    const ledgerAfter = prepared.ledgerChanged ? message.run : prepared.before;
    if (prepared.ledgerChanged) await context.ledgers.put(message.run, prepared.ledger, prepared.announced);
    const intent = intentOf(context, asked, withEvents(prepared, configEvents), { generation, startedAt, ledgerAfter });
    context.log('intent', { run: intent.run, targets: intent.targets.length, lanes: intent.lanes.length });
    const plans = prepared.planned.map(({ plan }) => plan);
    const done = await stage('intent', { run: intent.run }, () => context.runs.record(intent, plans));
    if (done === 'recorded') {
      recorded = { intent, outcomes: inOrder(intent.outcomes) };
      known = { plans, ...(last ? { last } : {}) };
    }
    await settleMemories(context, prepared, intent.run);
  } catch (error) {
    if (error instanceof StoredFormatError) await announceStopped(context, error);
    if (!(error instanceof OpenRunError)) throw error;
    return await context.runQueue.send(message, retrySeconds);
  } finally {
    await lease.release();
  }
  recorded ??= await context.runs.get(message.run);
  if (!recorded) throw new Error(`run ${message.run} was recorded and cannot be read back`);
  await resumeRun(context, recorded, known);
}

/** As they come back from the store. */
function inOrder(outcomes: readonly Outcome[]): readonly Outcome[] {
  const keyOf = ({ target, subject }: Outcome) => `${target}|${subject}`;
  return outcomes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A config that was refused, told by the first run that meets it. */
async function eventsOfConfig({ refusedConfig, claims, loaded }: CloseContext, run: string): Promise<DomainEvent[]> {
  if (!refusedConfig || !(await claims.claim(`config|${refusedConfig.digest}`, run))) return [];
  return [{ kind: 'config-refused', ...refusedConfig, inForce: loaded.hash }];
}

function withEvents(prepared: Prepared, more: readonly DomainEvent[]): Prepared {
  return { ...prepared, events: [...more, ...prepared.events] };
}

function intentOf(
  context: CloseContext,
  message: RunMessage,
  prepared: Prepared,
  run: { generation: number; startedAt: string; ledgerAfter: string | undefined },
): Intent {
  const lanes = new Map<string, string[]>();
  for (const { plan } of prepared.planned) {
    if (plan.changes.length === 0) continue;
    const lane = context.targets.get(plan.target)?.lane ?? plan.target;
    lanes.set(lane, [...(lanes.get(lane) ?? []), plan.target]);
  }
  return {
    run: message.run,
    generation: run.generation,
    startedAt: run.startedAt,
    trigger: message.trigger,
    ...(message.by === undefined ? {} : { by: message.by }),
    configHash: context.loaded.hash,
    ...(prepared.ledger.accepted ? { publication: prepared.ledger.accepted } : {}),
    ...(prepared.before === undefined ? {} : { ledgerBefore: prepared.before }),
    ...(run.ledgerAfter === undefined ? {} : { ledgerAfter: run.ledgerAfter }),
    lanes: [...lanes].map(([lane, targets]) => {
      const shared = context.targets.get(targets[0] ?? '')?.sharedLane;
      return { lane, targets, ...(shared === undefined ? {} : { shared }) };
    }),
    subjects: Object.fromEntries(
      prepared.planned
        .filter(({ plan }) => plan.changes.length > 0)
        .map(({ plan }) => [plan.target, plan.changes.map(({ key }) => key)]),
    ),
    targets: [...context.targets.keys()].filter((id) => message.targets === undefined || message.targets.includes(id)),
    events: prepared.events,
    ...notesOf(prepared),
    outcomes: prepared.outcomes,
  };
}

function notesOf({ planned }: Prepared): Pick<Intent, 'notes'> {
  const told = planned
    .filter(({ plan }) => plan.notes.length > 0)
    .map(({ plan }) => [plan.target, plan.notes] as const);
  return told.length > 0 ? { notes: Object.fromEntries(told) } : {};
}

/**
 * What targets with nothing to write contain is remembered now; the others' when their writes are read back. Since when a
 * list no longer selects something is a fact of now in either case.
 */
async function settleMemories(
  context: CloseContext,
  { planned, memories, lives, decisionState }: Prepared,
  run: string,
): Promise<void> {
  const decisions = decisionRefs(decisionState);
  await mapConcurrent(planned, concurrency, async ({ plan, holds }) => {
    if (plan.refusals.length > 0 || plan.mode === 'report-only') return;
    const before = memories.get(plan.target);
    const live = lives.get(plan.target);
    const writes = plan.changes.length > 0;
    const at = context.now().toISOString();
    const after =
      writes || !live
        ? before && withoutMoves({ ...before, holds })
        : advanceMemory(before, {
            plan,
            live,
            holds,
            run,
            decisions,
            back: readBack(plan, before, live),
            at,
          });
    if (after && !(before && isDeepStrictEqual(plainMemory(before), plainMemory(after)))) {
      await remember(context, before, after, movesBetween(before, after, { run, at, changes: [], decisions }));
    }
  });
}

/**
 * This part of a run is not repeated by a later process: memory keeps the moves itself until they are stored. Whatever dies on
 * the way, what it says of them and what is ours agree.
 */
async function remember(
  { moves, targetRecords }: Pick<CloseContext, 'moves' | 'targetRecords'>,
  before: TargetMemory | undefined,
  after: TargetMemory,
  moved: readonly Move[],
): Promise<void> {
  const all = [...(before?.moves ?? []), ...moved];
  if (all.length > 0) {
    const withMoves = { ...after, moves: all };
    await targetRecords.put(withMoves, { before });
    await moves.append(all);
    return targetRecords.put(after, { before: withMoves });
  }
  await targetRecords.put(after, { before });
}

function withoutMoves({ moves: _, ...memory }: TargetMemory): TargetMemory {
  return memory;
}

/**
 * Resumes a recorded run, as it was read or recorded just now: its ledger comes into force, its generation is raised on every
 * target, lanes with work left are put into the queue, and it is closed if nothing is left. Every step may be repeated;
 * a process that died after the header was written loses nothing.
 */
export async function resumeRun(context: CloseContext, record: RunRecord, known: KnownOfRun = {}): Promise<void> {
  const { intent } = record;
  if (record.closing) return;
  if (intent.ledgerAfter !== undefined && intent.ledgerAfter !== intent.ledgerBefore) {
    await context.ledgers.putInForce(intent.ledgerAfter, intent.ledgerBefore, intent.startedAt);
  }
  await context.targetRecords.raise(intent.targets, intent.generation);
  if (await closeRecorded(context, record, known)) return;
  // The longest first: one that begins last would keep the run open when all others are done.
  const lanes = [...intent.lanes].sort((a, b) => b.targets.length - a.targets.length);
  await mapConcurrent(lanes, concurrency, async ({ lane, targets }) => {
    const left = await Promise.all(targets.map((target) => openUnits(context, record, target)));
    if (left.every((subjects) => subjects.length === 0)) return;
    await context.laneQueue.send({ schema: 1, run: intent.run, lane, generation: intent.generation });
  });
}
