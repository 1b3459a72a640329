import { PageKeyError, pageKeyOf } from '../run/page-key.ts';
import { checkSignIn, SettingsError, signInSettings } from '../run/settings.ts';
import { askApp } from './ask-app.ts';
import { bad, type Check, good, note } from './check.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether sign-in is as the settings say. Only the app itself has the platform's sign for it: from elsewhere the app at
 * SERVICE_TAG_SYNC_URL is asked, by its health, which needs no credentials.
 */
export async function checkSignInOf(env: Env, signal: AbortSignal): Promise<Check> {
  const of = 'sign-in';
  if (env.SERVICE_TAG_SYNC_URL) return askForSignIn(of, env.SERVICE_TAG_SYNC_URL, signal);
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

async function askForSignIn(of: string, url: string, signal: AbortSignal): Promise<Check> {
  const said = await askApp(of, url, signal);
  if (said === true) return good(of, `the app at ${url} says that it is in order`);
  if (said !== false) return said;
  return bad(
    of,
    `the app at ${url} says that its settings of sign-in are wrong, or that Easy Auth is off: it accepts no sign-in`,
    'its log of GET /api/health says which; switch authentication on again (`azd provision` does), or correct the setting',
  );
}
