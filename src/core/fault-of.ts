/**
 * What can be told of an error that nothing expected without telling its text, which may hold a secret: its type, its code,
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
