import type { DomainEvent } from '../core/event.ts';
import type { Severity } from '../core/notice.ts';
import { visible } from '../core/visible-text.ts';

export type { Severity };

/** The message of an event. */
export interface Text {
  readonly severity: Severity;
  /** How soon, such as `no hurry`; with `needs-you` and `failed`. */
  readonly qualifier?: string;
  /** One line: what happened, and whether the reader has to act. */
  readonly headline: string;
  /** Sentences: details, what to do, what happens if ignored. */
  readonly lines: readonly string[];
}

const labels: Readonly<Record<Severity, string>> = {
  ok: 'OK',
  info: 'INFO',
  'needs-you': 'NEEDS YOU',
  failed: 'FAILED',
};

/** `[NEEDS YOU, no hurry] contoso: Storage.WestUS lost …`: the first line of a notice. */
export function firstLine(text: Text, instance?: string): string {
  const label = [labels[text.severity], ...(text.qualifier === undefined ? [] : [text.qualifier])].join(', ');
  return `[${label}] ${instance === undefined ? '' : `${instance}: `}${visible(text.headline)}`;
}

export type EventKind = DomainEvent['kind'];

/** The event of a kind, also where several kinds share one shape. */
export type EventOf<K extends EventKind, E = DomainEvent> = E extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? E & { readonly kind: K }
    : never
  : never;

/** Renders the messages of some kinds of events. */
export type MessageRenderers<K extends EventKind> = { readonly [Kind in K]: (event: EventOf<Kind>) => Text };
