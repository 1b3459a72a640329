/**
 * What an error says, never empty: an SDK's error for an answer without a body has no message of its own, and its code and
 * status are all there is to tell.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, name } = error;
  if (message.trim() !== '') return message;
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown };
  return [name, statusCode, code].filter((part) => part !== undefined && part !== '').join(' ');
}

/**
 * What may be reported of an unexpected error without its text, which may hold a secret: its type, its code,
 * and the function it came from.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const { name, message, stack = '' } = error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frame = /^ +at (?:async )?(.*)$/m.exec(message === '' ? stack : stack.replace(message, ''))?.[1];
  // Of a path, its last part: "signerOf (webhook-signer.ts:18:15)".
  const place = frame?.replace(/(?:file:\/\/)?[^\s()]*[/\\]/g, '');
  return `${name}${code}${place === undefined ? '' : ` in ${place}`}`;
}

/** Thrown for options, configs and folders that cannot be used: exit code 2, and nothing was started or changed. */
export class UsageError extends Error {
  override name = 'UsageError';
}
