import type { Live, Problem } from '../core/plan/live.ts';
import type { Inspected, TargetReader } from '../ports/target.ts';

/**
 * Looks at every firewall and policy that a write of a target would reach, and adds what is wrong there to the target's
 * own problems. One of these serves a whole run: each resource is read once an identity, however many targets share it.
 * What one identity may read, and what is denied to it, says nothing of another one.
 */
export function openPreflight(
  signal: AbortSignal,
): (target: TargetReader, live: Live, identity: string | undefined) => Promise<Live> {
  const known = new Map<string, Promise<Inspected>>();
  return async (target, live, identity = '') => {
    const seen = new Set<string>();
    const problems: Problem[] = [];
    const queue = [...(live.behind ?? [])];
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      // ARM ids are compared without regard to case.
      const key = id.toLowerCase();
      if (seen.has(key) || !target.inspect) continue;
      seen.add(key);
      const look = `${identity} ${key}`;
      const asked = known.get(look) ?? target.inspect(id, signal);
      known.set(look, asked);
      const inspected = await asked;
      problems.push(...inspected.problems);
      queue.push(...inspected.behind);
    }
    return problems.length === 0 ? live : { ...live, problems: [...live.problems, ...problems] };
  };
}
