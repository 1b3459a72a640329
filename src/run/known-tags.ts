import type { KnownTags } from '../config/unknown-tags.ts';
import type { PlanContext } from './context.ts';
import { madeUp } from './sandbox.ts';
import { catalogInForce } from './stored-publication.ts';

/** The tags that a service knows: of its publication in force, and those its ledger keeps. Undefined before the first. */
export async function knownTags(
  context: Pick<PlanContext, 'ledgers' | 'publications'>,
): Promise<KnownTags | undefined> {
  const ledger = (await context.ledgers.current())?.ledger;
  const catalog = await catalogInForce(context, ledger?.accepted);
  if (!ledger?.accepted || !catalog) return undefined;
  const names = new Set([...catalog.tags.keys(), ...ledger.tags.keys()]);
  const { changeNumber, provenance } = ledger.accepted;
  const sample = provenance.via === madeUp;
  const from = `${sample ? 'the sample' : `publication ${changeNumber}`}, which is in force there`;
  return { names, from, complete: !sample };
}
