import { prefixesOf } from '../../core/address/sets.ts';
import { currentFreshness } from '../../core/judge/follow-source.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { AnnouncedGain } from '../../core/judge/source-state.ts';
import type { TargetMemory } from '../../core/plan/memory.ts';
import { missingRanges } from '../../core/plan/missing.ts';
import type { Selection } from '../../core/plan/selection.ts';
import { timeLeft } from '../../core/publication/deadline.ts';
import { daysSince } from '../../core/publication/freshness.ts';
import { whoHasIt } from '../../feeds/keep-feeds.ts';
import type { RunContext } from '../../run/context.ts';
import { limitsOf } from '../../run/freshness-limits.ts';
import { selectLists } from '../../run/selections.ts';
import type { SourceView } from '../views.ts';

/** How the source fares now, and which target has what was announced, from what is stored. */
export async function sourceViewOf(context: RunContext, ledger: Ledger): Promise<SourceView> {
  const { accepted, source } = ledger;
  const now = context.now();
  if (!accepted || !source) return { freshness: 'none', gains: [] };
  const freshness = currentFreshness(accepted, source.suspect !== undefined, {
    limits: limitsOf(context.loaded.config),
    now,
  });
  const memories = new Map((await context.targetRecords.all()).map((memory) => [memory.target, memory]));
  const devices = await whoHasIt(context);
  const { selections } = selectLists(context.loaded.config, ledger, now);
  return {
    freshness,
    // Between runs the state may have moved on; only the next run knows when it saw that first.
    ...(freshness === source.freshness ? { since: source.since } : {}),
    newestDate: accepted.date,
    ageDays: daysSince(accepted.date, now),
    ...(source.suspect ? { suspect: source.suspect } : {}),
    ...(source.unreachableSince === undefined ? {} : { unreachableSince: source.unreachableSince }),
    gains: source.gains.map((gain) => ({
      ...gain,
      leftMs: timeLeft(gain, now),
      targets: targetsOf(context, selections, ledger, gain, memories).map((one) => {
        const pulled = devices.get(one.target);
        return pulled ? { ...one, devices: pulled } : one;
      }),
    })),
  };
}

function targetsOf(
  context: RunContext,
  selections: ReadonlyMap<string, Selection>,
  ledger: Ledger,
  gain: AnnouncedGain,
  memories: ReadonlyMap<string, TargetMemory>,
): SourceView['gains'][number]['targets'] {
  const { config } = context.loaded;
  return Object.entries(config.targets).flatMap(([id, { list, settings }]) => {
    const selection = selections.get(list);
    const families = context.targets.get(id)?.definition.layout(settings).families ?? [];
    if (!selection?.tags.includes(gain.tag) || context.targets.get(id)?.definition.holds === 'names') return [];
    const lacking = prefixesOf(
      missingRanges([gain], {
        selection,
        families,
        ledger,
        memory: memories.get(id),
        plan: undefined,
        outcomes: [],
        pinned: false,
      }),
    );
    return [{ target: id, has: lacking.length === 0, lacking }];
  });
}
