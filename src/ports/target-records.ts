import type { TargetMemory } from '../core/plan/memory.ts';

/** What each target remembers between runs, and its generation: a worker that is not the newest must not write. */
export interface TargetRecords {
  /** Undefined before anything of the target was read back. */
  get(target: string): Promise<TargetMemory | undefined>;
  put(memory: TargetMemory): Promise<void>;
  all(): Promise<readonly TargetMemory[]>;
  /** The newest generation raised for a target; 0 before the first. */
  generation(target: string): Promise<number>;
  /** Raises the generation to `generation` unless it is that high already. */
  raise(target: string, generation: number): Promise<void>;
}
