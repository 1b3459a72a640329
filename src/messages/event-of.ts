import type { DomainEvent } from '../core/event.ts';
import type { Text } from './text.ts';

export type EventKind = DomainEvent['kind'];

/** The event of a kind, also where several kinds share one shape. */
export type EventOf<K extends EventKind, E = DomainEvent> = E extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? E & { readonly kind: K }
    : never
  : never;

/** Words for some kinds of events. */
export type MessageRenderers<K extends EventKind> = { readonly [Kind in K]: (event: EventOf<Kind>) => Text };
