import { prefixesOf, setsOf } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import type { PinDecision } from '../core/decisions/decision.ts';
import { activeDecisionsAt } from '../core/decisions/in-effect.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { AnnouncedGain } from '../core/judge/source-state.ts';
import { missingRanges } from '../core/plan/missing.ts';
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
 * Announced addresses that a target still lacks at the end of a run, whatever the reason: failed, paused, pinned, held,
 * or the file was not accepted. Once per target and publication.
 */
export async function deadlinesAtRisk(context: ApplyContext, record: RunRecord, ledger: Ledger): Promise<Danger[]> {
  const gains = (ledger.source?.gains ?? []).filter(
    (gain) => gain.since < record.intent.startedAt || timeLeft(gain, context.now()) < lowMs,
  );
  if (gains.length === 0) return [];
  const { config } = context.loaded;
  const { selections } = selectLists(config, ledger, context.now());
  const { pin } = activeDecisionsAt(await context.controls.all(), context.now());
  const dangers: Danger[] = [];
  for (const id of record.intent.targets) {
    const target = context.targets.get(id);
    const selection = selections.get(config.targets[id]?.list ?? '');
    if (!target || !selection) continue;
    for (const announced of Map.groupBy(gains, ({ digest }) => digest).values()) {
      const danger = await dangerOf(context, record, { ledger, target, selection, pin }, announced);
      if (danger && (await context.claims.claim(`deadline|${id}|${announced[0]?.digest}`, record.intent.run))) {
        dangers.push(danger);
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
  readonly pin: PinDecision | undefined;
}

async function dangerOf(
  context: ApplyContext,
  { intent, outcomes }: RunRecord,
  { ledger, target: { id, definition }, selection, pin }: OfTarget,
  gains: readonly AnnouncedGain[],
): Promise<Danger | undefined> {
  const settings = context.loaded.config.targets[id];
  const own = gains.filter(({ tag }) => selection.tags.includes(tag));
  const [gain] = own;
  if (!settings || !gain || settings.mode === 'report-only' || definition.holds === 'names') return undefined;
  const mine = outcomes.filter((outcome) => outcome.target === id);
  const lacking = (some: readonly AnnouncedGain[]) =>
    missingRanges(some, { ...known, selection, ledger, outcomes: mine, pinned: pin !== undefined });
  const known = {
    families: definition.layout(settings.settings).families,
    // Damaged, they fail their target, and must not keep the run from its end: then all of it counts as missing.
    memory: await unlessDamaged(context.targetRecords.get(id)),
    plan: await unlessDamaged(context.runs.plan({ intent }, id)),
  };
  const missing = prefixesOf(lacking(own));
  if (missing.length === 0) return undefined;
  return {
    kind: 'deadline-in-danger',
    target: id,
    changeNumber: gain.changeNumber,
    ...(gain.notAccepted === undefined ? {} : { notAccepted: gain.notAccepted }),
    tags: own.filter((one) => prefixesOf(lacking([one])).length > 0).map(({ tag }) => tag),
    missing,
    earliest: gain.earliest,
    promised: gain.promised,
    leftMs: timeLeft(gain, context.now()),
    reasons: [
      ...(gain.notAccepted === undefined ? [] : [`the file that announces it, ${gain.notAccepted}, was not accepted`]),
      ...(pin ? [`lists are pinned to publication ${pin.changeNumber} by ${pin.by.name}`] : []),
      ...heldBecause(ledger, own, missing),
      ...reasonsIn(mine),
    ],
  };
}

function heldBecause(ledger: Ledger, gains: readonly AnnouncedGain[], missing: readonly string[]): string[] {
  const lacking = setsOf(missing);
  return gains.flatMap(({ tag }) =>
    (ledger.tags.get(tag)?.holds ?? [])
      .filter((hold) => hold.kind === 'gain')
      .filter(({ held }) => held.ipv4.overlaps(lacking.ipv4) || held.ipv6.overlaps(lacking.ipv6))
      .map(({ id, questions }) => `hold ${id} waits for an answer (${questions.map(({ text }) => text).join('; ')})`),
  );
}

/** What became of the additions, where it was not success. */
function reasonsIn(outcomes: readonly Outcome[]): string[] {
  const texts = outcomes
    .filter(({ result, removed, added }) => result !== 'done' && (added.length > 0 || removed.length === 0))
    .map(({ text }) => text);
  return [...new Set(texts)];
}
