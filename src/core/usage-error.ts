/** Thrown for options, configs and folders that cannot be used: exit code 2, and nothing was started or changed. */
export class UsageError extends Error {
  override name = 'UsageError';
}
