import { ConfigError } from '../config/issue.ts';

/** Says what is wrong with a config, or a file that cannot be used, with exit code 2. Throws everything else. */
export function endAsUsage(error: unknown): void {
  if (!(error instanceof ConfigError) && !(error instanceof Error && 'path' in error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
