import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Below this a key could be found by trying. */
const shortestKey = 32;

/** Thrown for a page key that is too short to be one. */
export class PageKeyError extends Error {
  override name = 'PageKeyError';
}

/** SERVICE_TAG_SYNC_PAGE_KEY, which opens the page where nobody signs in; undefined without one. Throws PageKeyError. */
export function pageKeyOf({ SERVICE_TAG_SYNC_PAGE_KEY: key }: Readonly<Record<string, string | undefined>>) {
  if (!key) return undefined;
  if (key.length >= shortestKey) return key;
  throw new PageKeyError(
    `SERVICE_TAG_SYNC_PAGE_KEY: expected a secret of at least ${shortestKey} characters, such as \`openssl rand -base64 32\` gives, got a shorter one`,
  );
}

/** What a token says: who, as claimed, and until when it counts. */
interface TokenContent {
  readonly name: string;
  readonly until: Date;
}

/** `session`: in the cookie. `link`: in an address that opens a session once it is visited, for minutes. */
type Use = 'session' | 'link';

/** A token that the key's owner made: `until.name.signature`, time in ms, the rest in base64url. */
export function tokenUntil({ name, until }: TokenContent, key: string, use: Use): string {
  const content = `${until.getTime()}.${Buffer.from(name).toString('base64url')}`;
  return `${content}.${signatureOf(content, key, use)}`;
}

/** What a token says; undefined for one that is forged, over, or for another use. */
export function readToken(token: string, key: string, use: Use, now: Date): TokenContent | undefined {
  const [time = '', name = '', signature = ''] = token.split('.');
  if (!isSameSecret(signature, signatureOf(`${time}.${name}`, key, use))) return undefined;
  const until = new Date(Number(time));
  return until > now ? { name: Buffer.from(name, 'base64url').toString(), until } : undefined;
}

/** Whether two secrets are the same. Digests are compared, so that neither length nor place of a difference can be timed. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** The address that opens the page for somebody of this name, as claimed, without typing the key; it counts for 30 minutes, so that it may stand on a terminal. */
export function signInLink(url: string, key: string, now: Date, name: string): string {
  const token = tokenUntil({ name, until: new Date(now.getTime() + 30 * 60_000) }, key, 'link');
  return `${url}/ui/sign-in?token=${token}`;
}

function signatureOf(content: string, key: string, use: Use): string {
  return createHmac('sha256', key).update(`service-tag-sync page ${use}\n${content}`).digest('base64url');
}
