import { entriesOf, equals, textsOf, unite, without } from '../../src/core/plan/entries.ts';
import { ownedOf } from '../../src/core/plan/memory.ts';
import { allOf, lastMoves, withKept } from '../../src/core/plan/moves.ts';
import { bigBlocks } from './world/universe.ts';
import type { Opened, World } from './world/world.ts';

/** All that tags and other writers have, in ranges no broader than can be asked for. */
const everything = entriesOf(['20.0.0.0/26', '2603:1030::/122', ...bigBlocks]);
const end = '2200-01-01T00:00:00.000Z';

/**
 * What came last and has not gone is what memory says is ours, also where a process died between the two. Moves are found
 * by time: once a clock was set back they cannot be held to this. Gives where they differ; undefined if they agree.
 */
export async function movesAgree(world: World, { context }: Opened): Promise<string | undefined> {
  if (world.wasSetBack) return undefined;
  for (const memory of await context.targetRecords.all()) {
    const { target } = memory;
    const ours = ownedOf(memory);
    const of = unite([ours, everything]);
    const stored = await context.moves.latest({ target, of, until: end });
    const { last } = lastMoves(of, withKept(memory, stored, end));
    const inside = allOf(last.filter(({ move }) => move.direction === 'add'));
    if (equals(inside, ours)) continue;
    const differ = textsOf(unite([without(inside, ours), without(ours, inside)])).join(', ');
    return `of ${target} they differ in ${differ}`;
  }
  return undefined;
}
