import type { DomainEvent } from '../core/event.ts';
import { channelMessages } from './channel.ts';
import { configMessages } from './config.ts';
import { controlMessages } from './control.ts';
import { deviceMessages } from './device.ts';
import type { EventKind, MessageRenderers } from './event-of.ts';
import { holdMessages } from './hold.ts';
import { limitMessages } from './limit.ts';
import { orphanMessages } from './orphan.ts';
import { publicationMessages } from './publication.ts';
import { registryMessages } from './registry.ts';
import { reminderMessages } from './reminder.ts';
import { sourceMessages } from './source.ts';
import { tagMessages } from './tag.ts';
import { targetMessages } from './target.ts';
import type { Text } from './text.ts';

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
