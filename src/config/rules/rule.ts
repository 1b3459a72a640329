import type { ChannelConfig, ListConfig, TargetConfig } from '../config.ts';
import type { Finding } from '../issue.ts';
import type { Kinds } from '../schema.ts';

/** The parts of a config that are sound by themselves, so that rules can run beside other errors. */
export interface Draft {
  /** As written: it may be none that there is. */
  readonly cloud: unknown;
  readonly lists: ReadonlyMap<string, ListConfig>;
  readonly targets: ReadonlyMap<string, TargetConfig>;
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  /** Names of all lists and targets, also of those that are not sound. */
  readonly listNames: readonly string[];
  readonly targetIds: readonly string[];
  /** The list that each target names, also of those that are not sound: a misspelt name is reported with the rest. */
  readonly listOfTarget: ReadonlyMap<string, string>;
  readonly registryNames: readonly string[];
  /** The settings of `policy` as written, and its overrides by tag. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly policyTags: Readonly<Record<string, unknown>>;
  readonly kinds: Kinds;
  /** ISO 8601 date, UTC. */
  readonly today: string;
}

/** A check that a schema cannot make. Notes are reported only for a config without errors: beside errors they may be wrong. */
export type Rule = (draft: Draft) => Iterable<Finding>;
