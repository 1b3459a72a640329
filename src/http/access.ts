import type { HttpRequest } from '@azure/functions';
import { principalOf } from './actor.ts';
import { BadRequest } from './responses.ts';

/**
 * App roles of the Entra registration. An operator and an approver may read as well; neither may do the other's part.
 * `feed` is for clients that pull lists, and opens nothing else but what any role may read.
 */
const roles = ['reader', 'feed', 'operator', 'approver'] as const;

/** What a route asks of who signed in: one app role, or any of them. */
export type Role = (typeof roles)[number] | 'any';

/** What the settings say of sign-in. */
interface SignIn {
  /** Easy Auth is in front of every path, none excluded, and names who signed in. */
  readonly easyAuth: boolean;
  /** Function keys give no access. */
  readonly required: boolean;
}

/** Reads SERVICE_TAG_SYNC_EASY_AUTH and SERVICE_TAG_SYNC_SIGN_IN; the second counts beside the first only. */
export function signInOf(env: Readonly<Record<string, string | undefined>>): SignIn {
  const easyAuth = env.SERVICE_TAG_SYNC_EASY_AUTH === '1';
  return { easyAuth, required: easyAuth && env.SERVICE_TAG_SYNC_SIGN_IN === 'required' };
}

/**
 * Lets a request through to a route that is for `needed`, or throws BadRequest (401 without a sign-in that is required, 403
 * without the role). Who has no token has shown a function key to the host; a key is as good as every role, unless sign-in is required.
 */
export function checkAccess(request: HttpRequest, needed: Role | undefined, { easyAuth, required }: SignIn): void {
  const own = easyAuth ? principalOf(request)?.roles : undefined;
  if (!own) {
    if (required)
      throw new BadRequest('Expected a sign-in, got none. Get a token of this app and send it as Bearer.', [], 401);
    return;
  }
  if (mayCall(needed, own)) return;
  const wanted =
    needed === undefined ? 'no sign-in may call this' : needed === 'any' ? 'an app role' : `the app role "${needed}"`;
  throw new BadRequest(
    `Expected ${wanted}, got ${own.length === 0 ? 'a sign-in without roles' : `the roles ${own.join(', ')}`}. Have the role assigned in Entra and sign in again.`,
    [],
    403,
  );
}

/**
 * Who signed in to pull a feed, and whether their roles let them; undefined without a sign-in that counts. Throws
 * BadRequest for one without a name.
 */
export function signedInForFeeds(
  request: HttpRequest,
  { easyAuth }: SignIn,
): { name: string; may: boolean } | undefined {
  const principal = easyAuth ? principalOf(request) : undefined;
  return principal && { name: principal.name, may: mayCall('feed', principal.roles) };
}

function mayCall(needed: Role | undefined, own: readonly string[]): boolean {
  if (needed === 'any') return roles.some((role) => own.includes(role));
  return needed !== undefined && (own.includes(needed) || (needed === 'reader' && own.some(mayRead)));
}

function mayRead(role: string): boolean {
  return role === 'reader' || role === 'operator' || role === 'approver';
}
