import { SettingsError, signInSettings } from '../run/settings.ts';

/**
 * Whether the host asks for a key in front of a route: the level at which its function is registered. In a file of its own,
 * since it is loaded on every cold start, before anything is registered.
 */
export function keyLevelOf(
  { authLevel = 'function' }: { readonly authLevel?: 'anonymous' | 'function' },
  env: Readonly<Record<string, string | undefined>>,
): 'anonymous' | 'function' {
  try {
    // Where everyone must sign in, the platform asks for a token and the API for its role; a key would only be shared.
    return signInSettings(env).required ? 'anonymous' : authLevel;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Every request is refused with the reason, by admit() in access.ts. Behind a key, callers with a token would not learn it.
    return 'anonymous';
  }
}
