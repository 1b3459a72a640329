import * as z from 'zod';

/** A secret, by the name of the environment setting that holds it. The value itself is never in a config. */
export interface SecretRef {
  readonly $env: string;
}

/** What to do about a Key Vault reference that the platform did not resolve. */
export const resolveReference =
  'give the identity of the app Key Vault Secrets User at that secret, see that the secret is there and enabled, and restart the app';

/** Thrown for a secret whose setting is missing or empty. Names the setting, never a value. */
export class SecretError extends Error {
  override name = 'SecretError';
}

/** Schema of a secret in a config: `{ "$env": "NAME" }`. */
export function secret() {
  return z
    .strictObject({
      $env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment setting: letters, digits and underscores')
        .describe('Name of the environment setting that holds the secret.'),
    })
    .meta({ secret: true });
}

/** Query parameters that give access by themselves: signatures of Azure (SAS), Amazon and Google, keys and tokens. */
const secretParameters =
  /^(sig|signature|x-(amz|goog)-signature|code|(access|id|auth)?[-_]?token|(api|subscription|functions)?[-_]?key|password|secret)$/i;

/** Whether a web address gives access by itself: with a login or a signature in it. False for what is no address. */
export function holdsSecret(address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  return (
    url.username !== '' ||
    url.password !== '' ||
    [...url.searchParams.keys()].some((name) => secretParameters.test(name))
  );
}

/** For an issue of a schema about a text that may hold a secret: the text is not shown, and the hint takes the place of the usual one. */
export function notShown(hint?: string): { readonly params: { readonly secret: true; readonly hint?: string } } {
  return { params: { secret: true, ...(hint === undefined ? {} : { hint }) } };
}

/**
 * Whether a setting holds a Key Vault reference itself, which is no secret: "if a reference isn't resolved properly, the
 * reference string is used instead", https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export function isUnresolved(value: string): boolean {
  return /^@Microsoft\.KeyVault\(/i.test(value.trimStart());
}

/** The secret itself. Throws SecretError if the setting is missing or empty, or holds a reference in place of a secret. */
export function resolveSecret(ref: SecretRef, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[ref.$env];
  if (value === undefined || value === '') {
    const state = value === undefined ? 'it is not set' : 'it is empty';
    throw new SecretError(
      `expected a secret in the environment setting ${ref.$env}, but ${state}: set it, or name another one in the config`,
    );
  }
  if (isUnresolved(value)) {
    throw new SecretError(
      `expected a secret in the environment setting ${ref.$env}, got a Key Vault reference that the platform did not resolve: ${resolveReference}`,
    );
  }
  return value;
}

/** Characters that no one guesses, whatever they are: 64 bits even in hexadecimal digits. */
const shortestSecret = 16;

/** The secret of a device or a key. Throws SecretError if it is missing, empty or too short. */
export function feedSecret(ref: SecretRef, env: Readonly<Record<string, string | undefined>>): string {
  const secret = resolveSecret(ref, env);
  if (secret.length >= shortestSecret) return secret;
  throw new SecretError(
    `expected a secret of at least ${shortestSecret} characters in the environment setting ${ref.$env}, got fewer: make a new one at random, set it, and give it to the device`,
  );
}
