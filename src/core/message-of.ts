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
