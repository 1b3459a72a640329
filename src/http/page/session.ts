import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Actor } from '../../core/decisions/decision.ts';
import { isSameSecret, PageKeyError, pageKeyOf, readToken, tokenUntil } from '../../run/page-key.ts';
import { signInSettings } from '../../run/settings.ts';
import { admit, type Role } from '../access.ts';
import { actorOf } from '../actor.ts';
import type { Call } from '../handle.ts';
import { BadRequest } from '../responses.ts';

/** What every handler of the page gets. */
export interface PageEnv {
  readonly Bindings: { readonly call: Call };
  readonly Variables: {
    session: Session;
    /** Content-Security-Policy of an answer that has its own. */
    policy?: string;
  };
}
export type PageContext = Context<PageEnv>;

/** Who looks at the page. */
export interface Session {
  /** As shown, and as recorded with a decision; undefined for who came with the page's key and gave no name. */
  readonly name: string | undefined;
  readonly how: 'sign-in' | 'key';
  /** In every form that changes something; a page of another site cannot know it. */
  readonly formToken: string;
  may(role: Role): boolean;
  actor(): Actor;
}

/** Why somebody may not look, and where to go. */
export type NoSession = { readonly go: string } | { readonly status: 401 | 403 | 503; readonly text: string };

/**
 * The session of a request: of Easy Auth where somebody signed in there, else of the page's key where one is set and
 * sign-in is not required. A cookie is set where there is none yet.
 */
export function openSession(c: PageContext): Session | NoSession {
  const { call } = c.env;
  try {
    const signedIn = admit({ authLevel: 'anonymous', role: 'any' }, call.request, process.env);
    const { easyAuth, required } = signInSettings(process.env);
    if (signedIn !== undefined) {
      const may = (role: Role) => admit({ authLevel: 'anonymous', role }, call.request, process.env)?.may === true;
      if (!may('reader')) {
        return {
          status: 403,
          text: `${signedIn.name} signed in, but has none of the app roles reader, operator and approver. Have one assigned in Entra, sign out and sign in again.`,
        };
      }
      const secret = getCookie(c, cookieName(c)) ?? setSession(c, randomBytes(32).toString('base64url'));
      return {
        name: signedIn.name,
        how: 'sign-in',
        formToken: formTokenOf(secret),
        may,
        actor: () => actorOf(call.request, undefined, easyAuth),
      };
    }
    if (!required) {
      const key = pageKeyOf(process.env);
      const token = getCookie(c, cookieName(c));
      const found = key && token ? readToken(token, key, 'session', new Date()) : undefined;
      if (token !== undefined && found !== undefined) {
        const name = found.name === '' ? undefined : found.name;
        return {
          name,
          how: 'key',
          formToken: formTokenOf(token),
          may: () => true,
          actor: () => actorOf(call.request, name, false),
        };
      }
      if (key) return { go: `/ui/sign-in?next=${encodeURIComponent(pathOf(c))}` };
    }
    if (easyAuth) return { go: `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(pathOf(c))}` };
    return {
      status: 403,
      text: 'This page opens with a sign-in or with a key, and neither is set up. Set up sign-in with Entra, or set SERVICE_TAG_SYNC_PAGE_KEY: docs/deployment.md says how.',
    };
  } catch (error) {
    if (error instanceof BadRequest && error.status === 503) return { status: 503, text: error.message };
    if (error instanceof PageKeyError) {
      c.env.call.context.error(error);
      return { status: 503, text: 'The key of this page cannot be used; the log of the app says why.' };
    }
    throw error;
  }
}

/** Throws BadRequest without a role. */
export function mustHave(c: PageContext, role: Role): void {
  if (c.get('session').may(role)) return;
  throw new BadRequest(
    `Expected the app role "${role}", which your sign-in has not. Have it assigned in Entra.`,
    [],
    403,
  );
}

/** Sets the cookie of a session, and gives its content back. */
export function setSession(c: PageContext, content: string): string {
  setCookie(c, cookieName(c), content, {
    path: '/',
    httpOnly: true,
    // Sent along when a link in a notice is opened, never with a form of another site.
    sameSite: 'Lax',
    secure: isHttps(c),
    ...(content === '' ? { maxAge: 0 } : {}),
  });
  return content;
}

/** A session by the page's key, for twelve hours. */
export function startKeySession(c: PageContext, key: string, name: string): void {
  setSession(c, tokenUntil({ name, until: new Date(Date.now() + 12 * 3_600_000) }, key, 'session'));
}

/** Whether a form is of this page and of this session. */
export function isOwnForm({ formToken }: Session, given: unknown): boolean {
  return typeof given === 'string' && isSameSecret(given, formToken);
}

/** `__Host-`: no other host of the domain can set it, https://developer.mozilla.org/docs/Web/HTTP/Headers/Set-Cookie#cookie_prefixes */
function cookieName(c: PageContext): string {
  return isHttps(c) ? '__Host-service-tag-sync' : 'service-tag-sync';
}

function isHttps(c: PageContext): boolean {
  return new URL(c.req.url).protocol === 'https:';
}

function formTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('form').digest('base64url');
}

/** Path and query of a request, to come back to; of a form that was sent, the beginning of the page. */
function pathOf(c: PageContext): string {
  const { pathname, search } = new URL(c.req.url);
  return c.req.method === 'GET' ? `${pathname}${search}` : '/ui';
}
