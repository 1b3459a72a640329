/** What happened to the config of the service. */
export type ConfigEvent = {
  /** A config that was given cannot be used; the last good one stays in force. Once per bad content. */
  readonly kind: 'config-refused';
  /** Where it came from: a file, a setting, a blob. */
  readonly from: string;
  /** sha256 of its content. */
  readonly digest: string;
  /** Everything that is wrong with it, one a line. */
  readonly text: string;
  /** configHash() of the one in force, and since when it is, ISO 8601. */
  readonly inForce: string;
  readonly inForceSince: string;
};
