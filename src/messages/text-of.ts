import type { DomainEvent } from '../core/event.ts';
import { holdMessages, reminderMessages } from './hold.ts';
import { publicationMessages, tagMessages } from './publication.ts';
import { registryMessages } from './registry.ts';
import { channelMessages, configMessages, controlMessages, deviceMessages } from './service.ts';
import { sourceMessages } from './source.ts';
import { limitMessages, orphanMessages, targetMessages } from './target.ts';
import type { EventKind, MessageRenderers, Text } from './text.ts';

/** Words for every kind of event; a kind without words does not compile. */
const render: MessageRenderers<EventKind> = {
  ...publicationMessages,
  ...tagMessages,
  ...holdMessages,
  ...reminderMessages,
  ...controlMessages,
  ...orphanMessages,
  ...targetMessages,
  ...channelMessages,
  ...limitMessages,
  ...configMessages,
  ...deviceMessages,
  ...sourceMessages,
  ...registryMessages,
};

/** An event in words. Shared by log, notices, API and command line. */
export function textOf(event: DomainEvent): Text {
  // The table ties each kind to its own event; the type system cannot follow that through an index.
  const write = render[event.kind] as (event: DomainEvent) => Text;
  return write(event);
}
