import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/parse.ts';
import { UsageError } from '../core/errors.ts';

/** A config that a command names. Throws ConfigError for what is wrong in it, UsageError if it cannot be read. */
export async function readConfigFile(file: string): Promise<LoadedConfig> {
  try {
    return await loadConfig(file, () => new Date());
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `expected a config, got no file that can be read at ${file} (${error.code}): name another one, or write a first one with \`npm run -s cli -- init\``,
    );
  }
}
