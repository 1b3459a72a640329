import type { SourceFreshness } from './judge/source-state.ts';

/** What happened at the source of publications, and to the time that is left. */
export type SourceEvent =
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
    }
  | {
      /** Another way, or Azure's API, says something else than the publication in force. Once per finding. */
      readonly kind: 'source-disagreement';
      /** Who says so: `latest`, `mirror`, `discovery-api`. */
      readonly way: string;
      /** `empty`: it has no tags; `subset`: it only lacks something; `adds`: it has addresses that are not in force. */
      readonly finding: 'empty' | 'subset' | 'adds';
      readonly text: string;
      readonly tags: readonly {
        readonly tag: string;
        readonly onlyHere: readonly string[];
        readonly onlyThere: readonly string[];
      }[];
    };
