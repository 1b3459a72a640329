import { CommanderError } from 'commander';
import { ConfigError } from '../config/issue.ts';
import { UsageError } from '../core/errors.ts';
import { marked } from '../core/visible-text.ts';

interface Reported {
  readonly code: 0 | 1 | 2;
  /** For stderr; empty where everything is said. */
  readonly text: string;
}

/** Whether the output is for a program: `--json`, or a format that says so. */
export function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (one, index) => one === '--json' || one === '--format=json' || (one === '--format' && args[index + 1] === 'json'),
  );
}

/**
 * What an error leads to: the exit code, and its text as a terminal may show it. With --json that is one line,
 * `{"error": {"exitCode", "message", "issues"?}}`; `issues` are those of a config, each with its path, what was expected and what came.
 */
export function reportError(error: unknown, args: readonly string[]): Reported {
  const code = exitCodeOf(error, args);
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (isHelp) return { code, text: '' };
  if (wantsJson(args)) {
    const issues = error instanceof ConfigError ? { issues: error.issues } : {};
    const message = textOf(error)
      .replace(/^error: /, '')
      .replace('\n(Did you mean', ' (Did you mean');
    return { code, text: `${JSON.stringify({ error: { exitCode: code, message, ...issues } })}\n` };
  }
  // Commander has printed problems of the options itself.
  return { code, text: error instanceof CommanderError ? '' : `${marked(textOf(error))}\n` };
}

/**
 * 2 for options, settings and configs that cannot be used, 0 after --help, 1 for every other error. With --detailed-exitcode
 * among the arguments 2 stands for changes, and every error is 1.
 */
function exitCodeOf(error: unknown, args: readonly string[]): 0 | 1 | 2 {
  const usageCode = args.includes('--detailed-exitcode') ? 1 : 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode;
  return error instanceof UsageError || error instanceof ConfigError ? usageCode : 1;
}

/** An error of the network gets the host, which its own text omits. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const host = hostOf(error);
  if (host === undefined || !('code' in error) || ('statusCode' in error && error.statusCode !== undefined))
    return error.message;
  return `${host} does not answer (${error.message}): check that the storage is the right one (--data, --storage-file) and is running; \`doctor\` checks everything the service depends on`;
}

/** The SDK's errors carry the request that failed. */
function hostOf(error: Error): string | undefined {
  if (!('request' in error)) return undefined;
  const { request } = error;
  if (typeof request !== 'object' || request === null || !('url' in request)) return undefined;
  const url = String(request.url);
  return URL.canParse(url) ? new URL(url).host : undefined;
}
