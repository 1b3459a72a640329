import type { Operator } from '../../src/operator/operator.ts';

/** What a reader finds in a stored state, counted: views may gain fields from version to version, and facts may not go. */
export async function foundIn(desk: Operator): Promise<Readonly<Record<string, number>>> {
  const status = await desk.status();
  const { changes } = await desk.changes({ most: 1000 });
  return {
    publication: status.publication?.changeNumber ?? 0,
    holds: (await desk.holds()).length,
    questions: status.questions,
    waiting: (await desk.inbox()).items.length,
    targets: status.targets.length,
    changes: changes.length,
  };
}
