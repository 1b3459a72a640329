import type { Manner, Receiver } from '../../support/receiver.ts';

/** Stands in every secret of a fixture: wherever it shows, a secret got out. */
export const PLANTED = 'planted-9f3b';

/** What the suite must know of a kind of channel that sends to a receiver. */
export interface NotifierFixture {
  readonly kind: string;
  /** As a person writes it, without what all kinds have in common. */
  readonly config: object;
  /** The settings that its config names, for a receiver there. */
  env(origin: string): Readonly<Record<string, string>>;
  /** How its receiver answers when it takes a message; 200 if absent. */
  taken?(origin: string): Manner;
  readonly contentType: string;
  /** The header by which the receiver knows a message that it has had; absent where it has none. */
  readonly key?: string;
  /** True where the library reads the whole answer before it says that the message was taken. */
  readonly readsAnswer?: true;
}

export function receivedMessages({ received }: Receiver): Receiver['received'] {
  // The e-mail library asks once how its operation fares; that request has no body.
  return received.filter(({ body }) => body !== '');
}
