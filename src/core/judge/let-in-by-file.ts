import { byFamily } from '../address/family.ts';
import { isEmpty, prefixesOf, type Sets, subtract, union } from '../address/sets.ts';
import { settledByFiles } from './gain-rules/index.ts';
import type { Hold } from './ledger.ts';
import { groundsFor, suspicionsOf, type Taking } from './open-hold.ts';
import type { ReliableParents } from './reliable-parents.ts';

/**
 * Lets in what was held only because it stood in the wrong place, as far as this publication has it in the right one. What a
 * person decided to keep out stays out.
 */
export function letInByFile(
  holds: readonly Hold[],
  before: Sets,
  parents: ReliableParents,
  taking: Taking,
): readonly Hold[] {
  return holds.flatMap((hold) => {
    const byFile = hold.grounds.length > 0 && hold.grounds.every(({ reason }) => settledByFiles.has(reason.rule));
    if (hold.kind === 'loss' || hold.kept || !byFile) return [hold];
    // Another rule may doubt what is in the right place now: what grew in two steps is no less than what grew at once.
    const found = suspicionsOf(hold.tag, before, hold.held, parents, taking);
    const doubted = union(found.map(({ ranges }) => ranges));
    // Without parents nothing speaks for it, and a person was asked.
    const held = byFamily((f) => (parents[f] ? hold.held[f].intersect(doubted[f]) : hold.held[f]));
    const letIn = subtract(hold.held, held);
    const added = groundsFor(found.filter(({ reason }) => !settledByFiles.has(reason.rule)));
    const left = added.length === 0 ? { ...hold, held } : { ...hold, held, grounds: [...hold.grounds, ...added] };
    if (isEmpty(letIn)) return [left];
    taking.events.push({
      kind: 'hold-ended',
      hold: hold.id,
      tag: hold.tag,
      of: 'gain',
      how: 'released',
      prefixes: prefixesOf(letIn),
      by: `publication ${taking.publication.changeNumber} has it in its parents as well`,
    });
    return isEmpty(held) ? [] : [left];
  });
}
