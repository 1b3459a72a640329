import type { DomainEvent } from '../core/event.ts';
import { visibleIn } from '../core/visible-text.ts';
import { holdMessages } from './hold.ts';
import { publicationMessages } from './publication.ts';
import { registryMessages } from './registry.ts';
import { serviceMessages } from './service.ts';
import { sourceMessages } from './source.ts';
import { targetMessages } from './target.ts';
import type { EventKind, MessageRenderers, Text } from './text.ts';

/** The message of every kind of event; a kind without one does not compile. */
const render: MessageRenderers<EventKind> = {
  ...publicationMessages,
  ...holdMessages,
  ...targetMessages,
  ...serviceMessages,
  ...sourceMessages,
  ...registryMessages,
};

/** The message of an event, for notices, API and command line: texts of others in it are as visible() gives them. */
export function textOf(event: DomainEvent): Text {
  // The table ties each kind to its own event; the type system cannot follow that through an index.
  const write = render[event.kind] as (event: DomainEvent) => Text;
  return visibleIn(write(event));
}
