import type { Message, Notifier, NotifierContext } from '../ports/notifier.ts';
import type { SecretRef } from '../ports/secret.ts';
import { post } from './post.ts';

/** A channel whose receiver takes one JSON document a message, at a secret address. `receiver` names it in errors. */
export function jsonChannel(
  url: SecretRef,
  receiver: string,
  bodyOf: (message: Message) => object,
  { secret, now, answerMs }: NotifierContext,
): Notifier {
  const address = secret(url);
  const place = `the ${receiver} address in the setting ${url.$env}`;
  const headers = { 'content-type': 'application/json' };
  return {
    send: (message, signal) =>
      post({ url: address, place, body: JSON.stringify(bodyOf(message)), headers, answerMs }, now, signal),
  };
}
