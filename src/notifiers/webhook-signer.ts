import { Webhook } from 'standardwebhooks';
import { withSecret } from './post.ts';

/** The library throws plain errors: only their texts identify a bad secret. */
const complaints = [/^Expected secret /, /^Secret can't be empty/, /^Base64Coder: incorrect /];

/**
 * Signs by Standard Webhooks. Throws NotifierError for a secret that cannot be used, naming its setting.
 *
 * A file of its own, loaded when a channel is opened. The library is CommonJS: an import line finds its names in the
 * bundle, import() of the package does not.
 */
export function signerOf(secret: string, setting: string): Pick<Webhook, 'sign'> {
  return withSecret(
    secret,
    (text) => new Webhook(text),
    ({ message }) => complaints.some((known) => known.test(message)),
    `the signing secret in the setting ${setting}: expected "whsec_" and base64; correct it there and at the receiver`,
  );
}
