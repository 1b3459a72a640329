import { shortIds } from '../../core/decisions/short-id.ts';
import { currentFreshness } from '../../core/judge/follow-source.ts';
import { emptyLedger, type Ledger } from '../../core/judge/ledger.ts';
import { daysSince } from '../../core/publication/freshness.ts';
import { registryTroubles } from '../../messages/registry.ts';
import { unlessDamaged } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, readDecisions } from '../../run/decisions.ts';
import { limitsOf } from '../../run/judge-publication.ts';
import { listsOf } from '../../run/lists.ts';
import { viewOfRun } from '../../run/view.ts';
import { filesNotTaken } from '../commands/find-file.ts';
import type { InboxItem, InboxView } from '../inbox.ts';
import type { HoldView } from '../operator.ts';
import { openHolds } from './holds.ts';
import { itemOfFile, itemsOfTags } from './inbox-files.ts';
import { itemOfHold, itemOfPart } from './inbox-items.ts';
import { partRemovals } from './part-removals.ts';

/**
 * What waits for a person. From what is stored alone, by a number of requests that does not grow with the history: the ledger,
 * the decisions, the records of the targets, the last run, and at most ten files.
 */
export async function inboxOf(context: RunContext): Promise<InboxView> {
  const { config } = context.loaded;
  const now = context.now();
  const [current, decisionState, [lastRun]] = await Promise.all([
    context.ledgers.current(),
    readDecisions(context),
    context.runs.list(1),
  ]);
  const ledger = current?.ledger ?? emptyLedger(config.cloud);
  const [holds, files] = await Promise.all([
    openHolds(context, ledger, decisionState),
    unlessDamaged(filesNotTaken(context, ledger, current?.announced)),
  ]);
  const accepted = new Set(decisionState.active.acceptances.map(({ digest }) => digest));
  const open = (files ?? []).filter(({ digest }) => !accepted.has(digest));
  const parts = (ledger.asked ?? []).filter(({ approvals }) => approvals === undefined);
  const ids = [...holds.map(({ id }) => id), ...parts.map(({ part }) => part), ...open.map(({ digest }) => digest)];
  const lists = listsOf(config, ledger);
  const removals = await partRemovals(parts, { context, ledger, decisionState, lists });
  const input = { context, ledger, decisionState, lists, now, short: shortIds(ids), removals };
  const asked = holds.filter(waits);
  const items = [
    ...asked.map((hold) => itemOfHold(hold, input)),
    ...parts.flatMap((part) => itemOfPart(part, input)),
    ...open.map((file) => itemOfFile(file, input)),
    ...itemsOfTags(input),
  ].sort(byUrgency);
  const view = lastRun && viewOfRun(lastRun, config);
  return {
    instance: config.instance,
    at: now.toISOString(),
    items,
    ...publicationOf(ledger, now),
    freshness: freshnessOf(ledger, context, now),
    quietHolds: holds.filter(({ questions, answered }) => questions.length === 0 && !answered).length,
    troubles: [
      ...(view?.targets ?? []).flatMap(({ id, status }) =>
        status === 'failed' || status === 'refused' || status === 'partial'
          ? [
              `${id} was ${status === 'partial' ? 'written only in part' : status} in run ${view?.run}: \`status\` says why.`,
            ]
          : [],
      ),
      ...(view?.events ?? []).flatMap((event) =>
        event.kind === 'config-refused'
          ? [
              'The config cannot be used, and the last good one stays in force: `check FILE` lists what is wrong with it.',
            ]
          : [],
      ),
      ...registryTroubles(ledger.registries ?? []),
      ...pausesIn(decisionState),
    ],
  };
}

/** A question that nobody answered. */
function waits({ questions, answered }: HoldView): boolean {
  return questions.length > 0 && !answered;
}

/**
 * What lacks addresses comes first, that with the earliest date before the others; then what lets too much in, then what can
 * wait for days.
 */
const ranks: Readonly<Record<InboxItem['kind'], number>> = { file: 1, part: 2, tag: 3, hold: 4 };

function byUrgency(a: InboxItem, b: InboxItem): number {
  const [harmA, harmB] = [harmOf(a), harmOf(b)];
  if (harmA !== harmB) return harmA < harmB ? -1 : 1;
  return ranks[a.kind] - ranks[b.kind] || (a.since < b.since ? -1 : a.since > b.since ? 1 : 0);
}

/** From when on ignoring it may do harm; sorts after every date where it does none. */
function harmOf({ ifIgnored }: InboxItem): string {
  return ifIgnored.at ?? '~';
}

function publicationOf({ accepted }: Ledger, now: Date): Pick<InboxView, 'publication'> {
  if (!accepted) return {};
  const { changeNumber, date } = accepted;
  return { publication: { changeNumber, date, ageDays: daysSince(date, now) } };
}

function freshnessOf({ accepted, source }: Ledger, context: RunContext, now: Date): InboxView['freshness'] {
  if (!accepted || !source) return 'none';
  return currentFreshness(accepted, source.suspect !== undefined, { limits: limitsOf(context.loaded.config), now });
}

function pausesIn({ active }: DecisionState): string[] {
  const { paused, pausedTargets, pin } = active;
  return [
    ...(paused ? [`Everything is paused by ${paused.by.name}: ${paused.why}. \`resume\` ends it.`] : []),
    ...[...pausedTargets].map(
      ([target, { by, why }]) => `${target} is paused by ${by.name}: ${why}. \`resume --target ${target}\` ends it.`,
    ),
    ...(pin ? [`All lists are pinned to publication ${pin.changeNumber} by ${pin.by.name}. \`unpin\` ends it.`] : []),
  ];
}
