import type { HttpRequest } from '@azure/functions';
import { principalOf } from './actor.ts';
import { BadRequest } from './problem.ts';

/**
 * App roles of the Entra registration. An operator and an approver may read as well; neither may do the other's part.
 * `feed` is for whoever pulls lists, and opens nothing else.
 */
type Role = 'reader' | 'feed' | 'operator' | 'approver';

/** Who may call which function, by its name; `write` is for any other method than GET. */
export const rolesOfRoutes: Readonly<Record<string, { readonly read?: Role; readonly write?: Role }>> = {
  status: { read: 'reader' },
  holds: { read: 'reader' },
  registries: { read: 'reader' },
  lookup: { read: 'reader' },
  changes: { read: 'reader' },
  plans: { read: 'reader' },
  run: { read: 'reader' },
  runs: { read: 'reader', write: 'operator' },
  'test-channels': { write: 'operator' },
  pause: { write: 'operator' },
  resume: { write: 'operator' },
  pin: { write: 'approver' },
  unpin: { write: 'approver' },
  answers: { write: 'approver' },
  // Devices show a secret of their own instead, so this is no more than one of the ways in: src/feeds/access.ts.
  feeds: { read: 'feed' },
};

/** What the settings say of sign-in. */
interface SignIn {
  /** Easy Auth stands in front of every path, none excluded, and says who signed in. */
  readonly easyAuth: boolean;
  /** Nobody gets in by a function key. */
  readonly required: boolean;
}

/** Reads SERVICE_TAG_SYNC_EASY_AUTH and SERVICE_TAG_SYNC_SIGN_IN; the second counts beside the first only. */
export function signInOf(env: Readonly<Record<string, string | undefined>>): SignIn {
  const easyAuth = env.SERVICE_TAG_SYNC_EASY_AUTH === '1';
  return { easyAuth, required: easyAuth && env.SERVICE_TAG_SYNC_SIGN_IN === 'required' };
}

/**
 * Lets a request through to a function, or throws BadRequest (401 without a sign-in that is required, 403 without the
 * role). Who has no token has shown a function key to the host; a key is as good as every role, unless sign-in is required.
 */
export function checkAccess(request: HttpRequest, name: string, { easyAuth, required }: SignIn): void {
  const roles = easyAuth ? principalOf(request)?.roles : undefined;
  if (!roles) {
    if (required)
      throw new BadRequest('Expected a sign-in, got none. Get a token of this app and send it as Bearer.', [], 401);
    return;
  }
  const needed = neededFor(request, name);
  if (mayCall(needed, roles)) return;
  const wanted = needed === undefined ? 'no sign-in may call this' : `the app role "${needed}"`;
  throw new BadRequest(
    `Expected ${wanted}, got ${roles.length === 0 ? 'a sign-in without roles' : `the roles ${roles.join(', ')}`}. Have the role assigned in Entra and sign in again.`,
    [],
    403,
  );
}

/**
 * Who signed in to pull a feed, and whether their roles let them; undefined without a sign-in that counts. Throws
 * BadRequest for one that names nobody.
 */
export function signedInForFeeds(
  request: HttpRequest,
  { easyAuth }: SignIn,
): { name: string; may: boolean } | undefined {
  const principal = easyAuth ? principalOf(request) : undefined;
  return principal && { name: principal.name, may: mayCall(neededFor(request, 'feeds'), principal.roles) };
}

function neededFor(request: HttpRequest, name: string): Role | undefined {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  return rolesOfRoutes[name]?.[reading ? 'read' : 'write'];
}

function mayCall(needed: Role | undefined, roles: readonly string[]): boolean {
  return needed !== undefined && (roles.includes(needed) || (needed === 'reader' && roles.some(mayRead)));
}

function mayRead(role: string): boolean {
  return role === 'reader' || role === 'operator' || role === 'approver';
}
