import type { Approval } from './world/config-plan.ts';
import type { Death } from './world/process.ts';
import type { WriteFault } from './world/resource.ts';

/** One step of a history as plain data: what it says is what a failure shows. `pick`s count from 0 among what there is. */
export type Step =
  | { readonly do: 'run' }
  | { readonly do: 'ask for some, then more'; readonly picks: readonly number[] }
  /** The body of a request is announced and does not arrive. */
  | { readonly do: 'ask, and the body is lost' }
  /** Made-up publications of `npm start` meet state and targets that are not embedded. */
  | { readonly do: 'run over the sample' }
  | { readonly do: 'two quiet runs' }
  | { readonly do: 'run, and die'; readonly death: Death }
  | { readonly do: 'keep house' }
  | {
      readonly do: 'publish';
      readonly edits: readonly TagEdit[];
      readonly kind: 'next' | 'older' | 'far ahead' | 'none';
    }
  | { readonly do: 'edit list'; readonly list: string; readonly edit: ListEdit }
  | { readonly do: 'edit target'; readonly pick: number; readonly edit: TargetEdit }
  | { readonly do: 'others'; readonly pick: number; readonly what: Doing }
  | { readonly do: 'others in the middle'; readonly pick: number; readonly what: Doing }
  | { readonly do: 'others again and again'; readonly pick: number; readonly what: Doing; readonly times: number }
  | { readonly do: 'answer hold'; readonly pick: number; readonly answer: 'keep' | 'remove' }
  | { readonly do: 'answer part'; readonly pick: number; readonly answer: 'approve' | 'keep' }
  | { readonly do: 'withdraw'; readonly pick: number }
  | {
      readonly do: 'answer, and think again';
      readonly pick: number;
      readonly answer: 'approve' | 'keep';
      readonly runs: number;
    }
  | { readonly do: 'pause' | 'resume'; readonly pick: number }
  | { readonly do: 'wait'; readonly days: number }
  | { readonly do: 'weeks'; readonly weeks: number }
  | { readonly do: 'clock back'; readonly hours: number }
  | { readonly do: 'write fails'; readonly pick: number; readonly fault: WriteFault }
  | { readonly do: 'read fails'; readonly pick: number };

export type TagEdit =
  | { readonly tag: string; readonly edit: 'grow'; readonly prefix: string }
  /** So many of its prefixes from one on. */
  | { readonly tag: string; readonly edit: 'shrink'; readonly from: number; readonly many: number }
  | { readonly tag: string; readonly edit: 'vanish' };

export type ListEdit =
  | { readonly of: 'tag'; readonly tag: string }
  | { readonly of: 'always' | 'never'; readonly prefix: string; readonly days?: number }
  | { readonly of: 'name'; readonly name: string };

export type TargetEdit =
  | { readonly of: 'approval'; readonly direction: 'add' | 'remove'; readonly rule: Approval }
  | { readonly of: 'mode'; readonly mode: 'sync' | 'add-only' | 'report-only' }
  | { readonly of: 'adopt' }
  | { readonly of: 'list'; readonly list: string };

/** What another writer does to a resource. `unit` counts from 0 among the units there are. */
export type Doing =
  | { readonly act: 'add'; readonly unit: number; readonly entry: string }
  | { readonly act: 'take out'; readonly unit: number; readonly from: number; readonly many: number }
  | { readonly act: 'replace'; readonly entries: readonly string[] }
  | { readonly act: 'delete'; readonly unit: number }
  | { readonly act: 'unmark' };
