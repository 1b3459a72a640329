import type { DomainEvent } from '../event.ts';

/**
 * Targets that we wrote to and that the config no longer has: nothing is written there any more, which is told once.
 * Back in the config, a target is no orphan.
 */
export function followOrphans(
  before: readonly string[],
  remembered: readonly string[],
  configured: ReadonlySet<string>,
): { orphans: readonly string[]; events: readonly DomainEvent[] } {
  const orphans = remembered.filter((target) => !configured.has(target)).sort();
  const events = orphans
    .filter((target) => !before.includes(target))
    .map((target) => ({ kind: 'target-orphaned' as const, target }));
  return { orphans, events };
}
