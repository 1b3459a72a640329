import { feedsOf } from '../feeds/feed-server.ts';
import { resolveSecret, SecretError } from '../ports/secret.ts';
import type { RunContext } from '../run/context.ts';
import { bad, type Check, good, note } from './check.ts';

/** Where `doctor` looks from: its environment, and whether a sign-in lets clients in there. */
export interface Vantage {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signIn: boolean;
}

/**
 * Whether somebody can pull each feed: one line each. A secret that is not set is a note only: whoever looks at a deployed
 * app from a desk need not have its secrets. Names settings, never a value.
 */
export function checkFeeds(context: RunContext, { env, signIn }: Vantage): Check[] {
  return feedsOf(context).map(({ id, settings: { name, devices, keys, publish } }): Check => {
    const of = `feed ${name}`;
    const refs = [...keys, ...Object.values(devices).flatMap(({ secrets }) => secrets)];
    if (refs.length === 0) {
      if (signIn) return good(of, 'opened by a sign-in only');
      if (publish) return good(of, `fetched from the blob ${publish.container}/${publish.blob} only`);
      return bad(
        of,
        'nobody can ever pull it: it has neither devices nor keys, and here no sign-in is set up',
        `give targets.${id} \`devices\` or \`keys\`; if a sign-in is to open it, set SERVICE_TAG_SYNC_EASY_AUTH=1 here as in the app`,
      );
    }
    const names = [...new Set(refs.map(({ $env }) => $env))];
    const missing = names.filter((setting) => !isSet(setting, env));
    if (missing.length === 0) return good(of, `every secret is set: ${names.join(', ')}`);
    return note(
      of,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set here`,
      'see to it that the app that serves the feed has it: whoever shows that secret is answered 503 until then',
    );
  });
}

function isSet($env: string, env: Vantage['env']): boolean {
  try {
    resolveSecret({ $env }, env);
    return true;
  } catch (error) {
    if (error instanceof SecretError) return false;
    throw error;
  }
}
