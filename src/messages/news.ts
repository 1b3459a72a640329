import { dayMs } from '../core/calendar.ts';
import type { DomainEvent } from '../core/event.ts';

/** The events of a closed run, and when it was closed (ISO 8601). */
export interface Happened {
  readonly events: readonly DomainEvent[];
  readonly at: string;
}

/**
 * What is news of a run against the one before it. A failure that is as it was is told once a day, a refusal once a
 * week, although every run meets it. Pure, from the two runs alone: it can be derived again at any time.
 */
export function newsOf({ events, at }: Happened, before: Happened | undefined): readonly DomainEvent[] {
  if (!before) return events;
  const known = new Set(before.events.map(standing).filter((text) => text !== undefined));
  const sameDay = at.slice(0, 10) === before.at.slice(0, 10);
  const sameWeek = weekOf(at) === weekOf(before.at);
  return events.filter((event) => {
    const text = standing(event);
    if (text === undefined || !known.has(text)) return true;
    return event.kind === 'target-failed' ? !sameDay : !sameWeek;
  });
}

/** What makes two events of two runs the same standing trouble. Wordings may hold times and ids, and do not count. */
function standing(event: DomainEvent): string | undefined {
  switch (event.kind) {
    case 'target-failed':
      return JSON.stringify([event.kind, event.target, event.missing]);
    case 'target-refused':
      return JSON.stringify([event.kind, event.target, event.reasons.map(({ rule }) => rule)]);
    case 'publication-refused':
    case 'publication-waits':
      return JSON.stringify([event.kind, event.file]);
    case 'source-unreachable':
      return event.kind;
    default:
      return undefined;
  }
}

/** Number of the week, which begins on Monday, UTC. The first day of 1970 was a Thursday. */
function weekOf(iso: string): number {
  return Math.floor((Date.parse(iso) / dayMs + 3) / 7);
}
