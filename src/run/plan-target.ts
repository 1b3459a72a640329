import type { AcceptedRisk } from '../config/config.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Live, Problem } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import { type Planned, planTarget } from '../core/plan/plan.ts';
import type { Selection } from '../core/plan/selection.ts';
import type { PlanContext, ReadableTarget } from './context.ts';
import type { DecisionState } from './decisions.ts';
import { planControlOf } from './plan-control.ts';

/** What one target is planned on. */
interface PlanBasis {
  /** What its list selects; undefined if the config names none. */
  readonly selection: Selection | undefined;
  readonly ledger: Ledger;
  readonly live: Live;
  readonly memory: TargetMemory | undefined;
  readonly decisionState: DecisionState;
}

/** Plans one configured target on a live state just read. */
export function planConfigured(
  context: PlanContext,
  target: ReadableTarget,
  { selection, ledger, live, memory, decisionState }: PlanBasis,
): Planned {
  const { config, hash } = context.loaded;
  const settings = config.targets[target.id];
  if (!settings || !selection) throw new Error(`target ${target.id} names no list of the config`);
  const { mode, adopt, foreignEntries, maxOverGrant, accept } = settings;
  const { holds, shared, direction } = target.definition;
  const expired = accept?.expires !== undefined && accept.expires <= context.now().toISOString().slice(0, 10);
  return planTarget({
    target: {
      id: target.id,
      kind: settings.kind,
      mode,
      adopt,
      foreignEntries,
      maxOverGrant,
      direction,
      shared: shared === true,
      ...(holds === undefined ? {} : { holds }),
    },
    mark: target.mark,
    ...(settings.formerly === undefined ? {} : { formerMark: `${config.instance}/${settings.formerly}` }),
    layout: target.definition.layout(settings.settings),
    selection,
    ledger,
    memory,
    live: expired ? { ...live, problems: [...live.problems, acceptanceOver(accept)] } : live,
    now: context.now(),
    policy: config.policy,
    config: hash,
    control: planControlOf(decisionState, target.id, settings, ledger, context.now()),
  });
}

/** A risk that nobody answers for any more lets nothing further in; what is there stays. */
function acceptanceOver({ risk, owner, expires = '' }: AcceptedRisk): Problem {
  return {
    code: 'acceptance-expired',
    text: `The risk "${risk}" of this target was accepted until ${expires}.`,
    next: `Ask ${owner} whether it still is: set a later \`expires\` in \`accept\`, or remove the target.`,
  };
}
