import type { HttpRequest } from '@azure/functions';
import { SettingsError, type SignIn, signInSettings } from '../run/settings.ts';
import { principalOf } from './actor.ts';
import { BadRequest } from './responses.ts';

/**
 * App roles of the Entra registration. An operator and an approver may read as well; neither may do the other's part.
 * `feed` is for clients that pull lists, and opens nothing else but what any role may read.
 */
const roles = ['reader', 'feed', 'operator', 'approver'] as const;

/** What a route asks of who signed in: one app role, or any of them. */
export type Role = (typeof roles)[number] | 'any';

/** What decides on access in a row of the table of routes. Only a row that asks for no key may be without a role. */
interface Access {
  readonly authLevel?: 'anonymous' | 'function';
  readonly role?: Role;
}

/** A caller that signed in where the row of the route has a role but the host asks for no key: devices show secrets. */
export interface SignedIn {
  readonly name: string;
  /** Has the role of the row. */
  readonly may: boolean;
}

/**
 * Lets a request through to a route, or throws: BadRequest 401 without a sign-in that is required, 403 without the role of
 * the row, 503 where the settings of sign-in are wrong or Easy Auth is off. Without a token the caller has shown a function
 * key to the host; a key is as good as every role, unless sign-in is required. Where the host asks for no key, a sign-in is
 * given back with whether it has the role of the row, and the endpoint decides: devices have secrets of their own.
 */
export function admit(route: Access, request: HttpRequest, env: Env): SignedIn | undefined {
  const anonymous = route.authLevel === 'anonymous';
  // Health is for everyone, and has to say what is wrong.
  if (anonymous && route.role === undefined) return undefined;
  const signIn = readSignIn(env);
  refuseForged(request, signIn, anonymous);
  const principal = signIn.easyAuth ? principalOf(request) : undefined;
  if (anonymous) return principal && { name: principal.name, may: mayCall(route.role, principal.roles) };
  checkRole(route.role, principal?.roles, signIn);
  return undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

function readSignIn(env: Env): SignIn {
  try {
    return signInSettings(env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // The words of the setting are for operators: anyone may read this answer.
    throw new BadRequest(
      'Expected settings of sign-in that are valid, got others, so every request is refused. Ask GET /api/health: the log then names the setting to correct, as `doctor` does.',
      [],
      503,
    );
  }
}

/** Without Easy Auth in front, a request may bring any sign-in: none counts, and where one is required nothing is open. */
function refuseForged(request: HttpRequest, { required, switchedOff }: SignIn, ownSecrets: boolean): void {
  if (!switchedOff) return;
  if (!request.headers.get('x-ms-client-principal') && (ownSecrets || !required)) return;
  throw new BadRequest(
    'Expected Easy Auth in front of this app, as its setting SERVICE_TAG_SYNC_EASY_AUTH=1 says, but the platform says that it is off. A sign-in could be forged, so none is accepted. Switch authentication on again (`azd provision` does), or take the setting out.',
    [],
    503,
  );
}

function checkRole(needed: Role | undefined, own: readonly string[] | undefined, { required }: SignIn): void {
  if (own === undefined) {
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

function mayCall(needed: Role | undefined, own: readonly string[]): boolean {
  if (needed === 'any') return roles.some((role) => own.includes(role));
  return needed !== undefined && (own.includes(needed) || (needed === 'reader' && own.some(mayRead)));
}

function mayRead(role: string): boolean {
  return role === 'reader' || role === 'operator' || role === 'approver';
}
