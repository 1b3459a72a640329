/** A config as it was when it came into force. */
export interface KeptConfig {
  /** The whole document. */
  readonly text: string;
  /** configHash() of it. */
  readonly hash: string;
  /** Where it came from: a file, a setting or a blob. */
  readonly from: string;
  /** When a run first went by it, ISO 8601. */
  readonly at: string;
}

/** Configs in storage: the one that an operator puts there, and the last good one. Known before any config is read. */
export interface Configs {
  /** Text of a blob in the container for configs; undefined if there is none. */
  given(blob: string): Promise<string | undefined>;
  /** Undefined before the first run. */
  lastGood(): Promise<KeptConfig | undefined>;
  keep(config: KeptConfig): Promise<void>;
}
