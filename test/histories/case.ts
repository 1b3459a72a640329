import type { Model, TargetModel } from './model.ts';
import type { Seen } from './seen.ts';

/** One target under the promises, after some runs. */
export interface Case {
  readonly id: string;
  readonly model: Model;
  readonly target: TargetModel;
  readonly seen: Seen;
  /** When the last of the runs began. */
  readonly at: number;
  readonly wanted: ReadonlySet<string>;
  /** Points of entries that are not of other writers, before and after. */
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  /** Points of all entries that are there afterwards, those of other writers included. */
  readonly covered: ReadonlySet<string>;
  /** Outcomes of the target in the newest run that looked at it. */
  readonly outcomes: Seen['runs'][number]['targets'][number]['outcomes'];
  /** The newest run looked at it. */
  readonly looked: boolean;
  /** Its resource is Failed now. */
  readonly isFailed: boolean;
}

/** What is wrong, in words; undefined if nothing is. */
export type Check = (one: Case) => string | undefined;

/** The first of some points, for a message. */
export function some(points: Iterable<string>): string {
  const all = [...points];
  return `${all.slice(0, 4).join(', ')}${all.length > 4 ? ` and ${all.length - 4} more` : ''}`;
}
