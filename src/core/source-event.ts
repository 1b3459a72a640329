import type { SourceFreshness } from './judge/source-state.ts';

/** A tag that was not taken from a publication. */
export interface SetAsideTag {
  readonly tag: string;
  /** The first thing that is wrong with it: where, what was expected, what came. */
  readonly why: string;
  /** Whether the list of a target holds it. */
  readonly selected: boolean;
  /** It can be read, and is older content: a person may accept it all the same. */
  readonly stale?: true;
}

/** What happened at the source of publications and to a file of it, and to the time that is left. */
export type SourceEvent =
  | {
      readonly kind: 'publication-accepted';
      readonly file: string;
      readonly changeNumber: number;
      /** The same tags and prefixes as the one before, under another number: no notice. */
      readonly identical: boolean;
      /** The person on whose word it was accepted, and the tags, if only these were. */
      readonly by?: string;
      readonly onlyTags?: readonly string[];
      /** Tags that stay in force as they were: every one that a target's list holds, and the first of the others. */
      readonly setAside?: readonly SetAsideTag[];
      /** How many there are in all, and what the file is accepted by for one of them; absent if there are none. */
      readonly setAsideCount?: number;
      readonly digest?: string;
      /** What is wrong with values whose name cannot be read, in sentences: the first few. */
      readonly unnamed?: readonly string[];
    }
  | {
      readonly kind: 'publication-refused';
      readonly file: string;
      readonly reasons: readonly string[];
      /** What it is accepted by. */
      readonly digest?: string;
      /** It was refused, and told, in an earlier run. */
      readonly again?: true;
    }
  | {
      readonly kind: 'publication-waits';
      readonly file: string;
      readonly reasons: readonly string[];
      readonly digest?: string;
    }
  | {
      readonly kind: 'source-unreachable';
      readonly text: string;
      /** It was so in the run before. */
      readonly again?: true;
    }
  | {
      /** Once per change of state. */
      readonly kind: 'source-freshness';
      readonly from: SourceFreshness | 'unknown';
      readonly to: SourceFreshness;
      /** ISO 8601: since when it was as `from` says. */
      readonly since: string;
      /** The last accepted publication: its own date (ISO 8601), number and age in days. */
      readonly newestDate: string;
      readonly changeNumber: number;
      readonly ageDays: number;
      /** With `suspect`: the file, and what it would add. */
      readonly suspect?: {
        readonly file: string;
        readonly digest: string;
        readonly gains: readonly { readonly tag: string; readonly prefixes: readonly string[] }[];
      };
    }
  | {
      /** A target still lacks what was announced, after a run that should have put it there. Once per target and publication. */
      readonly kind: 'deadline-in-danger';
      readonly target: string;
      readonly changeNumber: number;
      /** The file, if it was not accepted. */
      readonly notAccepted?: string;
      readonly tags: readonly string[];
      readonly missing: readonly string[];
      /** ISO 8601 times, see Deadline; `leftMs` is what was left to the earliest, negative once that has passed. */
      readonly earliest: string;
      readonly promised: string;
      readonly leftMs: number;
      /** Why the target lacks it, in sentences. */
      readonly reasons: readonly string[];
      /** Ids of the holds that keep it out as suspicious until a person answers; absent where something else does. */
      readonly suspicious?: readonly string[];
    }
  | {
      /** Another way, or Azure's API, says something else than the publication in force. Once per finding. */
      readonly kind: 'source-disagreement';
      /** Who says so: `latest`, `mirror`, `discovery-api`. */
      readonly way: string;
      /**
       * `empty`: it has no tags; `subset`: it only lacks something; `adds`: it has addresses that are not in force; `silent`: it has
       * not answered for days; `unreadable`: it spells prefixes in a way that cannot be read, so their tags are not compared.
       */
      readonly finding: 'empty' | 'subset' | 'adds' | 'silent' | 'unreadable';
      readonly text: string;
      readonly tags: readonly {
        readonly tag: string;
        readonly onlyHere: readonly string[];
        readonly onlyThere: readonly string[];
      }[];
    };
