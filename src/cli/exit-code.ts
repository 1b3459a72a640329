import { CommanderError } from 'commander';
import { ConfigError } from '../config/issue.ts';
import { UsageError } from '../core/errors.ts';
import { NoConfigError } from '../run/read-config.ts';
import { SettingsError } from '../run/settings.ts';

/** 2 for options, settings and configs that cannot be used, 0 after --help, 1 for everything that went wrong otherwise. */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const usage = [ConfigError, NoConfigError, UsageError, SettingsError].some((kind) => error instanceof kind);
  return usage ? 2 : 1;
}
