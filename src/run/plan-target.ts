import type { Ledger } from '../core/judge/ledger.ts';
import type { Live } from '../core/plan/live.ts';
import { type Planned, planTarget } from '../core/plan/plan.ts';
import type { TargetRecord } from '../core/plan/plan-types.ts';
import type { ConfiguredTarget, Parts } from './parts.ts';
import { planControlOf } from './plan-control.ts';
import type { Said } from './said.ts';
import { selectionsOf } from './selections.ts';

/** Plans one configured target on a live state just read. */
export function planConfigured(
  parts: Parts,
  target: ConfiguredTarget,
  ledger: Ledger,
  live: Live,
  record: TargetRecord | undefined,
  said: Said,
): Planned {
  const { config } = parts.loaded;
  const settings = config.targets[target.id];
  const selection = settings && selectionsOf(config, ledger, parts.now()).get(settings.list);
  if (!settings || !selection) throw new Error(`target ${target.id} names no list of the config`);
  const { mode, adopt, foreignEntries } = settings;
  return planTarget({
    target: { id: target.id, kind: settings.kind, mode, adopt, foreignEntries },
    mark: target.mark,
    layout: target.definition.layout(settings.settings),
    selection,
    ledger,
    record,
    live,
    now: parts.now(),
    policy: config.policy,
    control: planControlOf(said, target.id, settings, ledger, parts.now()),
  });
}
