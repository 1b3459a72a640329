import type { Config } from '../config/config.ts';
import { secretFault, secretSettingsOf } from '../run/secrets.ts';
import { askApp } from './ask-app.ts';
import { bad, type Check, good } from './check.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Every secret of the config, one line each, with what needs it: whether it can be used here. Where it cannot, the app at
 * SERVICE_TAG_SYNC_URL is asked by its health, since a desk need not have the secrets of an app. Names settings, never a value.
 */
export async function checkSecrets(config: Config, env: Env, signal: AbortSignal): Promise<Check[]> {
  const settings = secretSettingsOf(config).map((setting) => ({ ...setting, fault: secretFault(setting, env) }));
  const url = env.SERVICE_TAG_SYNC_URL;
  const missing = settings.some(({ fault }) => fault !== undefined);
  const there = missing && url ? await askApp('secrets', url, signal) : undefined;
  const checks = settings.map(({ name, neededBy, fault }): Check => {
    const of = `secret ${name}`;
    const by = `needed by ${neededBy.join(', ')}`;
    if (fault === undefined) return good(of, `set; ${by}`);
    if (there === true) return good(of, `the app at ${url} says that all of its secrets are set; ${by}`);
    const where = there === false ? `the app at ${url} says that a secret of its config cannot be used` : fault;
    return bad(of, `${where}; ${by}`, there === false ? inApp : here);
  });
  return typeof there === 'object' ? [...checks, there] : checks;
}

const here =
  'set it where the service runs, 16 characters at least where a device shows it: pulls with it get 503 and channels get nothing until then. If it is set in a deployed app, give --url https://<app>';
const inApp = 'its log of GET /api/health says which; set it, and restart the app';
