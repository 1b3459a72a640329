/** Whom a queue message is for: queues are told apart by their names alone, and two services may be given the same. */
export interface Addressed {
  /** Instance and cloud of the service that sent it to itself, `acme/Public`; absent in messages of older versions. */
  readonly for?: string;
  /** How often another service took it out of the queue and put it back. */
  readonly returned?: number;
}

export function addressOf({ instance, cloud }: { readonly instance: string; readonly cloud: string }): string {
  return `${instance}/${cloud}`;
}
