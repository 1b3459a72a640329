import { isDeepStrictEqual } from 'node:util';
import type { AcceptedRisk } from '../config/config.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Live, Problem } from '../core/plan/live.ts';
import { type Planned, planTarget } from '../core/plan/plan.ts';
import { planNames } from '../core/plan/plan-names.ts';
import type { TargetRecord } from '../core/plan/plan-types.ts';
import { listsOf } from './lists.ts';
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
  const { mode, adopt, foreignEntries, maxOverGrant, accept } = settings;
  if (target.definition.holds === 'names') {
    const list = listsOf(config, ledger)[settings.list];
    return planNames({
      target: { id: target.id, kind: settings.kind, mode, adopt, foreignEntries },
      mark: target.mark,
      ...(settings.formerly === undefined ? {} : { formerMark: `${config.instance}/${settings.formerly}` }),
      layout: target.definition.layout(settings.settings),
      list: settings.list,
      desired: list?.names ?? [],
      // The same registries say something else; other ones, or other parts, are an edit.
      byRegistry: sameKeys(list?.followed, record?.followed),
      live,
      record,
      now: parts.now(),
      count: ledger.count,
      policy: config.policy,
      control: planControlOf(said, target.id, settings, ledger, parts.now()),
    });
  }
  const shared = target.definition.shared === true;
  const expired = accept?.expires !== undefined && accept.expires <= parts.now().toISOString().slice(0, 10);
  return planTarget({
    target: { id: target.id, kind: settings.kind, mode, adopt, foreignEntries, maxOverGrant, shared },
    mark: target.mark,
    ...(settings.formerly === undefined ? {} : { formerMark: `${config.instance}/${settings.formerly}` }),
    layout: target.definition.layout(settings.settings),
    selection,
    ledger,
    record,
    live: expired ? { ...live, problems: [...live.problems, acceptanceOver(accept)] } : live,
    now: parts.now(),
    policy: config.policy,
    control: planControlOf(said, target.id, settings, ledger, parts.now()),
  });
}

function sameKeys(a: object = {}, b: object = {}): boolean {
  return isDeepStrictEqual(Object.keys(a).sort(), Object.keys(b).sort());
}

/** A risk that nobody answers for any more lets nothing further in; what is there stays. */
function acceptanceOver({ risk, owner, expires = '' }: AcceptedRisk): Problem {
  return {
    code: 'acceptance-expired',
    text: `The risk "${risk}" of this target was accepted until ${expires}.`,
    next: `Ask ${owner} whether it still is: set a later \`expires\` in \`accept\`, or remove the target.`,
  };
}
