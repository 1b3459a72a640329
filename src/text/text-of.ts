import type { DomainEvent } from '../core/event.ts';
import { channelWords } from './channel.ts';
import { configWords } from './config.ts';
import { controlWords } from './control.ts';
import { deviceWords } from './device.ts';
import type { EventKind, WordsFor } from './event-of.ts';
import { holdWords } from './hold.ts';
import { limitWords } from './limit.ts';
import { orphanWords } from './orphan.ts';
import { publicationWords } from './publication.ts';
import { registryWords } from './registry.ts';
import { reminderWords } from './reminder.ts';
import { sourceWords } from './source.ts';
import { tagWords } from './tag.ts';
import { targetWords } from './target.ts';
import type { Text } from './text.ts';

/** Words for every kind of event; a kind without words does not compile. */
const words: WordsFor<EventKind> = {
  ...publicationWords,
  ...tagWords,
  ...holdWords,
  ...reminderWords,
  ...controlWords,
  ...orphanWords,
  ...targetWords,
  ...channelWords,
  ...limitWords,
  ...configWords,
  ...deviceWords,
  ...sourceWords,
  ...registryWords,
};

/** An event in words. Shared by log, notices, API and command line. */
export function textOf(event: DomainEvent): Text {
  // The table ties each kind to its own event; the type system cannot follow that through an index.
  const write = words[event.kind] as (event: DomainEvent) => Text;
  return write(event);
}
