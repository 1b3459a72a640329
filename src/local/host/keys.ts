import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may call what: `function` opens functions of that level, `admin` opens all. */
export interface Keys {
  readonly function: string;
  readonly admin: string;
}

/** Whether a request carries a key that is good for an authLevel, in `x-functions-key` or `?code=`. */
export function isAuthorized(authLevel: unknown, request: IncomingMessage, url: URL, keys: Keys): boolean {
  if (authLevel === 'anonymous') return true;
  const header = request.headers['x-functions-key'];
  const given = typeof header === 'string' ? header : url.searchParams.get('code');
  if (given === null) return false;
  return same(given, keys.admin) || (authLevel === 'function' && same(given, keys.function));
}

/** Compares digests, so that neither length nor position of a difference can be timed. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
