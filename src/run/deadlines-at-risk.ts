import { intersect, isEmpty, overlaps, prefixesOf, type Sets, subtract } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import { type ActiveDecisions, activeDecisionsAt } from '../core/decisions/in-effect.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { AnnouncedGain } from '../core/judge/source-state.ts';
import { declinedFor, gainHoldsOf, missingRanges, suspiciousOf } from '../core/plan/missing.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import type { Selection } from '../core/plan/selection.ts';
import { timeLeft } from '../core/publication/freshness.ts';
import type { RunRecord } from '../ports/runs.ts';
import { unlessDamaged } from '../ports/store.ts';
import type { ApplyContext, ConfiguredTarget } from './context.ts';
import { selectLists } from './lists.ts';

/** With less than this left, the accepting run itself tells; else the next one has the chance to put it right first. */
const lowMs = 2 * dayMs;

type Danger = DomainEvent & { readonly kind: 'deadline-in-danger' };

/**
 * Announced addresses that a target still lacks at the end of a run, whatever the reason: failed, paused, pinned, or the file was
 * not accepted; and, apart from them, those that are kept out as suspicious until a person answers. Once each per target and
 * publication.
 */
export async function deadlinesAtRisk(context: ApplyContext, record: RunRecord, ledger: Ledger): Promise<Danger[]> {
  const gains = (ledger.source?.gains ?? []).filter(
    (gain) => gain.since < record.intent.startedAt || timeLeft(gain, context.now()) < lowMs,
  );
  if (gains.length === 0) return [];
  const { config } = context.loaded;
  const { selections } = selectLists(config, ledger, context.now());
  const active = activeDecisionsAt(await context.controls.all(), context.now());
  const dangers: Danger[] = [];
  for (const id of record.intent.targets) {
    const target = context.targets.get(id);
    const selection = selections.get(config.targets[id]?.list ?? '');
    if (!target || !selection) continue;
    for (const announced of Map.groupBy(gains, ({ digest }) => digest).values()) {
      for (const danger of await dangersOf(context, record, { ledger, target, selection, active }, announced)) {
        const key = `deadline|${id}|${announced[0]?.digest}${danger.suspicious ? '|suspicious' : ''}`;
        if (await context.claims.claim(key, record.intent.run)) dangers.push(danger);
      }
    }
  }
  return dangers;
}

/** A target, and what is the same for it whichever publication is asked about. */
interface OfTarget {
  readonly ledger: Ledger;
  readonly target: ConfiguredTarget;
  readonly selection: Selection;
  readonly active: ActiveDecisions;
}

async function dangersOf(
  context: ApplyContext,
  { intent, outcomes }: RunRecord,
  { ledger, target: { id, definition }, selection, active }: OfTarget,
  gains: readonly AnnouncedGain[],
): Promise<Danger[]> {
  const settings = context.loaded.config.targets[id];
  const own = gains.filter(({ tag }) => selection.tags.includes(tag));
  const [gain] = own;
  if (!settings || !gain || settings.mode === 'report-only' || definition.holds === 'names') return [];
  const mine = outcomes.filter((outcome) => outcome.target === id);
  const { pin } = active;
  const known = {
    selection,
    ledger,
    outcomes: mine,
    pinned: pin !== undefined,
    declined: declinedFor(id, active),
    now: context.now(),
    families: definition.layout(settings.settings).families,
    // Damaged, they fail their target, and must not keep the run from its end: then all of it counts as missing.
    memory: await unlessDamaged(context.targetRecords.get(id)),
    plan: await unlessDamaged(context.runs.plan({ intent }, id)),
  };
  const missing = missingRanges(own, known);
  const suspicious = suspiciousOf(missing, selection.tags, ledger);
  const danger = (ranges: Sets): Omit<Danger, 'reasons'> => ({
    kind: 'deadline-in-danger',
    target: id,
    changeNumber: gain.changeNumber,
    ...(gain.notAccepted === undefined ? {} : { notAccepted: gain.notAccepted }),
    tags: own.filter((one) => !isEmpty(intersect(missingRanges([one], known), ranges))).map(({ tag }) => tag),
    missing: prefixesOf(ranges),
    earliest: gain.earliest,
    promised: gain.promised,
    leftMs: timeLeft(gain, context.now()),
  });
  const late = subtract(missing, suspicious);
  const whyLate = [
    ...(gain.notAccepted === undefined ? [] : [`the file that announces it, ${gain.notAccepted}, was not accepted`]),
    ...(pin ? [`lists are pinned to publication ${pin.changeNumber} by ${pin.by.name}`] : []),
    ...reasonsIn(mine),
  ];
  return [
    ...(isEmpty(late) ? [] : [{ ...danger(late), reasons: whyLate }]),
    ...(isEmpty(suspicious) ? [] : [{ ...danger(suspicious), ...questionsOn(suspicious, selection.tags, ledger) }]),
  ];
}

/** The holds that keep some ranges out, and why. */
function questionsOn(
  ranges: Sets,
  tags: readonly string[],
  ledger: Ledger,
): Required<Pick<Danger, 'suspicious' | 'reasons'>> {
  const holds = gainHoldsOf(tags, ledger).filter(({ held }) => overlaps(held, ranges));
  return {
    suspicious: holds.map(({ id }) => id),
    reasons: holds.flatMap(({ questions }) => questions.map(({ text }) => text)),
  };
}

/** What became of the additions, where it was not success. */
function reasonsIn(outcomes: readonly Outcome[]): string[] {
  const texts = outcomes
    .filter(({ result, removed, added }) => result !== 'done' && (added.length > 0 || removed.length === 0))
    .map(({ text }) => text);
  return [...new Set(texts)];
}
