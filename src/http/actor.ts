import type { HttpRequest } from '@azure/functions';
import type { Actor } from '../core/decisions/decision.ts';
import { BadRequest } from './responses.ts';

const header = 'x-ms-client-principal';

/**
 * The caller. Only what Easy Auth found is certain: it removes the header from every request before it sets its own.
 * Without Easy Auth in front (`easyAuth` false) any client may have written that header, so it is ignored; what is left is
 * the name that the caller gives, or that the caller had a function key, whose name the host does not pass on.
 */
export function actorOf(request: HttpRequest, by: string | undefined, easyAuth: boolean): Actor {
  const principal = easyAuth ? request.headers.get(header) : null;
  if (principal !== null && principal !== '') return actorOfPrincipal(principal);
  return by === undefined ? { name: 'a function key', how: 'key' } : { name: by, how: 'claimed' };
}

/** The signed-in caller: a name for the record, and the app roles in the token. Groups are not roles. */
interface Principal {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Undefined without a sign-in. Throws BadRequest for one without a name. Valid behind Easy Auth only, see actorOf(). */
export function principalOf(request: HttpRequest): Principal | undefined {
  const principal = request.headers.get(header);
  if (principal === null || principal === '') return undefined;
  const { claims, roleType } = readPrincipal(principal);
  const types = memberships.filter((typ) => typ !== 'groups');
  const roles = claims.filter(({ typ }) => typ === roleType || types.includes(typ)).map(({ val }) => val);
  return { name: nameIn(claims), roles };
}

interface Claim {
  readonly typ: string;
  readonly val: string;
}

/** Claims that name a person, unique ones first; a service principal has only its ids. */
const names = [
  'preferred_username',
  'upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'email',
  'name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
  'oid',
  'appid',
  'azp',
];

/** The object id of the person or the application: unlike a name, it is never given to another one. */
const objectIds = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];

const memberships = ['groups', 'roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/**
 * Shape of the header: base64 of `{auth_typ, name_typ, role_typ, claims: [{typ, val}]}`,
 * https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
function actorOfPrincipal(principal: string): Actor {
  const { claims, roleType } = readPrincipal(principal);
  const name = nameIn(claims);
  const id = objectIds.map((typ) => claims.find((claim) => claim.typ === typ)?.val).find((val) => val);
  const groups = claims.filter(({ typ }) => memberships.includes(typ) || typ === roleType).map(({ val }) => val);
  return {
    name,
    how: 'token',
    ...(id ? { id: id.toLowerCase() } : {}),
    ...(groups.length > 0 ? { groups: [...new Set(groups)].sort() } : {}),
  };
}

function nameIn(claims: readonly Claim[]): string {
  const name = names.map((typ) => claims.find((claim) => claim.typ === typ)?.val).find((val) => val);
  if (name) return name;
  throw refused(`claims of the types ${[...new Set(claims.map(({ typ }) => typ))].join(', ') || 'none'}`);
}

function readPrincipal(principal: string): { claims: Claim[]; roleType?: string } {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(principal, 'base64').toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Nothing of it goes into the message: it may be a token in the wrong place.
    throw refused('something that is no base64 of JSON');
  }
  const { claims, role_typ } = (value ?? {}) as { claims?: unknown; role_typ?: unknown };
  if (!Array.isArray(claims) || !claims.every(isClaim)) throw refused('no list of claims');
  return { claims, ...(typeof role_typ === 'string' ? { roleType: role_typ } : {}) };
}

function isClaim(value: unknown): value is Claim {
  const { typ, val } = (value ?? {}) as { typ?: unknown; val?: unknown };
  return typeof typ === 'string' && typeof val === 'string';
}

function refused(got: string): BadRequest {
  return new BadRequest(
    `Expected the sign-in in the header ${header} to name a person or an application, got ${got}. Sign in again; if it stays so, check the identity provider of this app.`,
  );
}
