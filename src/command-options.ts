import { type ParseArgsConfig, parseArgs } from 'node:util';
import { messageOf } from './core/errors.ts';

/**
 * The options of one of the project's own commands. Ends the process with 0 after --help, and with 2 for unknown options.
 * @param usage what the command does and takes, for --help.
 */
export function commandOptions<T extends NonNullable<ParseArgsConfig['options']>>(usage: string, options: T) {
  if (process.argv.slice(2).some((one) => one === '--help' || one === '-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('ERR_PARSE_ARGS_')) throw error;
    process.stderr.write(`${messageOf(error)}\n\n${usage}\n`);
    process.exit(2);
  }
}

/** A number given as text. Ends the process with 2 for anything but a whole number from 0 to `most`. */
export function wholeNumber(option: string, text: string, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  process.stderr.write(`${option}: expected a whole number from 0 to ${most}, got "${text}"\n`);
  process.exit(2);
}
