import type { Outcome } from '../core/plan/plan-types.ts';
import type { Intent } from '../ports/runs.ts';
import type { ApplyContext } from './context.ts';

/** Why nothing else that reaches the same firewall may be written after this target; undefined if it may. */
export function failureOf(context: ApplyContext, target: string, outcomes: readonly Outcome[]): string | undefined {
  if (!context.targets.get(target)?.definition.failureStopsLane) return undefined;
  const own = outcomes.filter((outcome) => outcome.target === target);
  const failed = own.find(({ result }) => result === 'failed');
  // A target that failed before its first request left the firewalls as they were.
  if (!failed || own.every(({ writes, resumed }) => writes === 0 && !resumed)) return undefined;
  return `the write of target ${target}, which reaches the same firewall, failed: ${failed.text}`;
}

/**
 * Asks whether trouble arose in another slot of the same lane. A slot works its targets in their order and an outcome
 * stands once it is there, so each question goes on at the first target that was not done at the last one: as a rule one
 * read a slot. Reads nothing where a lane has no slots.
 */
export function openSiblingSlots(
  context: ApplyContext,
  intent: Intent,
  name: string,
): () => Promise<string | undefined> {
  const shared = intent.lanes.find(({ lane }) => lane === name)?.shared;
  const others = intent.lanes.filter((one) => one.lane !== name && shared !== undefined && one.shared === shared);
  const left = others.map(({ targets }) => [...targets]);
  let found: string | undefined;
  const look = async (targets: string[]): Promise<void> => {
    for (let [target] = targets; target !== undefined; [target] = targets) {
      const outcomes = await context.runs.outcomesOf(intent.run, target);
      found ??= failureOf(context, target, outcomes);
      const known = new Set(outcomes.map(({ subject }) => subject));
      if (found !== undefined || !intent.subjects?.[target]?.every((subject) => known.has(subject))) return;
      targets.shift();
    }
  };
  return async () => {
    if (found === undefined) await Promise.all(left.map(look));
    return found;
  };
}
