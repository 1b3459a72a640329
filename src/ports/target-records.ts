import type { TargetRecord } from '../core/plan/plan-types.ts';

/** What each target remembers between runs, and its generation: a worker that is not the newest must not write. */
export interface TargetRecords {
  /** Undefined if we never verified this target. */
  get(target: string): Promise<TargetRecord | undefined>;
  put(record: TargetRecord): Promise<void>;
  all(): Promise<readonly TargetRecord[]>;
  /** The newest generation raised for a target; 0 before the first. */
  generation(target: string): Promise<number>;
  /** Raises the generation to `generation` unless it is that high already. */
  raise(target: string, generation: number): Promise<void>;
}
