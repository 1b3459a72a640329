import { messageOf } from '../core/errors.ts';
import { outgoingFetch } from '../network/outgoing.ts';
import { PageKeyError, pageKeyOf } from '../run/page-key.ts';
import { checkSignIn, SettingsError, signInSettings } from '../run/settings.ts';
import { bad, type Check, good, note } from './check.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** For one answer of health. A cold start takes seconds. */
const patienceMs = 20_000;

/**
 * Whether sign-in is as the settings say. Only the app itself has the platform's sign for it: from elsewhere the app at
 * SERVICE_TAG_SYNC_URL is asked, by its health, which needs no credentials.
 */
export async function checkSignInOf(env: Env, signal: AbortSignal): Promise<Check> {
  const of = 'sign-in';
  if (env.SERVICE_TAG_SYNC_URL) return askApp(of, env.SERVICE_TAG_SYNC_URL, signal);
  const { ok, text, next = '', ofPlatform } = checkSignIn(env);
  if (ok) return good(of, text);
  // App Service gives every app its name, https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment
  if (!ofPlatform || env.WEBSITE_SITE_NAME) return bad(of, text, next);
  return note(
    of,
    'SERVICE_TAG_SYNC_EASY_AUTH is 1; whether Easy Auth is on shows in the app alone',
    'give --url https://<app>.azurewebsites.net, or see the check sign-in of its GET /api/health',
  );
}

/** Whether a key opens the page, and is long enough to be one. Of another app that shows in its log alone. */
export function checkPageKey(env: Env): Check | undefined {
  if (env.SERVICE_TAG_SYNC_URL) return undefined;
  try {
    if (pageKeyOf(env) === undefined) return undefined;
    const { required } = signInSettings(env);
    return required
      ? note('page', 'SERVICE_TAG_SYNC_PAGE_KEY is set and opens nothing: sign-in is required', 'take the setting out')
      : good('page', 'a key opens it: who decides there is recorded as claimed');
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    if (!(error instanceof PageKeyError)) throw error;
    return bad('page', error.message, 'set a longer one: the page is closed to everyone without a sign-in until then');
  }
}

async function askApp(of: string, url: string, signal: AbortSignal): Promise<Check> {
  const health = `${url.replace(/\/$/, '')}/api/health`;
  let answered: unknown;
  try {
    const answer = await outgoingFetch(health, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    answered = await answer.json();
  } catch (error) {
    // Of the network, of the time, or of what is no JSON: each says that this is not the app, or that it cannot be reached.
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
    return bad(
      of,
      `${health} gives no answer: ${messageOf(error)}`,
      'check the URL of the app, and the network path to it',
    );
  }
  const { checks } = (answered ?? {}) as { checks?: unknown };
  const own = Array.isArray(checks) ? checks.find((check) => check?.name === of) : undefined;
  if (own?.ok === true) return good(of, `the app at ${url} says that it is in order`);
  if (own?.ok === false) {
    return bad(
      of,
      `the app at ${url} says that its settings of sign-in are wrong, or that Easy Auth is off: it accepts no sign-in`,
      'its log of GET /api/health says which; switch authentication on again (`azd provision` does), or correct the setting',
    );
  }
  return bad(
    of,
    `${health} has no check "sign-in"`,
    'check the URL; an app of an older version has no such check: deploy it again',
  );
}
