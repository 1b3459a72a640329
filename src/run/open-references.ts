import { activeDecisionsAt } from '../core/decisions/in-effect.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Cause } from '../core/plan/plan-types.ts';
import type { RunContext } from './context.ts';

/** Publications that something open refers to. */
export interface References {
  readonly digests: ReadonlySet<string>;
  /** Change numbers, where that is all that is known. */
  readonly numbers: ReadonlySet<number>;
}

type Asked = Pick<RunContext, 'ledgers' | 'targetRecords' | 'controls' | 'runs' | 'now'>;

/**
 * The publication in force with the files that its tags are from, and those of a pin; those that opened a hold, that were
 * refused or wait, that announce addresses which are not let in; and those that brought what a target holds, or what a plan of
 * the last run would change. Throws where one of these cannot be read: a part of them is worse than none.
 */
export async function openReferences({ ledgers, targetRecords, controls, runs, now }: Asked): Promise<References> {
  const [current, memories, decisions, last] = await Promise.all([
    ledgers.current(),
    targetRecords.all(),
    controls.all(),
    runs.last(),
  ]);
  const { pin } = activeDecisionsAt(decisions, now());
  const pinned = pin && (await ledgers.get(pin.ledger));
  const plans = last ? await runs.plans(last) : [];
  const causes = [
    ...memories.flatMap(({ grants }) => grants.map(({ cause }) => cause)),
    ...plans.flatMap(({ parts }) => parts.flatMap(({ steps }) => steps.map(({ cause }) => cause))),
  ];
  const digests = [current?.ledger, pinned].flatMap((ledger) => (ledger ? digestsIn(ledger) : []));
  return {
    digests: new Set([...digests, ...(current?.announced.files ?? [])]),
    numbers: new Set(causes.flatMap(numberIn)),
  };
}

function digestsIn({ accepted, source, tags }: Ledger): string[] {
  return [
    ...(accepted ? [accepted.digest, ...(accepted.tagsFrom ?? []).flatMap(({ from }) => from?.digest ?? [])] : []),
    ...(source?.suspect ? [source.suspect.digest] : []),
    ...(source?.gains ?? []).map(({ digest }) => digest),
    ...[...tags.values()].flatMap(({ holds }) => holds.map(({ publication }) => publication.digest)),
  ];
}

function numberIn(cause: Cause): readonly number[] {
  return cause.kind === 'publication' ? [cause.changeNumber] : [];
}
