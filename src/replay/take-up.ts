import type { DomainEvent } from '../core/event.ts';
import type { NotAccepted } from '../core/judge/follow-source.ts';
import type { Policy } from '../core/judge/policy.ts';
import type { Watch } from '../core/judge/watch.ts';
import { acceptFile } from '../core/publication/accept.ts';
import { type AcceptedEvent, acceptedEvent } from '../core/publication/accepted-event.ts';
import type { ParsedPublication } from '../core/publication/publication.ts';
import type { Before } from '../core/publication/take-file.ts';
import { isBroken, type SequencedFile } from './published.ts';

/** What becomes of a file, and what is told of it. */
interface TakenUp {
  readonly verdict: 'accepted' | 'seen' | 'waiting' | 'refused' | 'unreadable';
  readonly reasons: readonly string[];
  readonly events: readonly DomainEvent[];
  /** Only with `accepted`. */
  readonly accepted?: ParsedPublication;
  /** Only with `accepted`, where some of the file was set aside: what is told of that. */
  readonly inPart?: AcceptedEvent;
  /** As far as it can be believed; it makes the source suspect if it announces something. */
  readonly notAccepted?: NotAccepted;
}

/**
 * Judges a file for acceptance after what is in force, with the events that a run has then.
 * @param told digests of the files that people heard of before: nobody hears of one again.
 */
export function takeUp(
  file: SequencedFile,
  before: Before,
  { watch, policy }: { readonly watch: Watch; readonly policy: Policy },
  told: ReadonlySet<string>,
  now: Date,
): TakenUp {
  if (isBroken(file)) {
    const { reasons, sound } = file;
    const events = [refusal(file.file, reasons, file.digest, told)];
    return { verdict: 'unreadable', reasons, events, ...(sound ? { notAccepted: sound } : {}) };
  }
  const { publication } = file;
  const { file: name, digest } = publication;
  const last = before.publication;
  const { verdict, reasons, parsed } = acceptFile(file, { before, inForce: before.catalog, after: last, policy, now });
  switch (verdict) {
    case 'seen':
      return { verdict, reasons, events: [] };
    case 'accepted': {
      const event = acceptedEvent(parsed, last, watch);
      const inPart = event.setAside || event.unnamed ? { inPart: event } : {};
      return { verdict, reasons, events: [event], accepted: parsed, ...inPart };
    }
    case 'waiting': {
      const event = { kind: 'publication-waits', file: name, reasons, digest } as const;
      return { verdict, reasons, events: told.has(digest) ? [] : [event], notAccepted: file };
    }
    case 'refused':
      return { verdict, reasons, events: [refusal(name, reasons, digest, told)], notAccepted: file };
  }
}

function refusal(
  file: string,
  reasons: readonly string[],
  digest: string,
  told: ReadonlySet<string>,
): DomainEvent & { kind: 'publication-refused' } {
  return { kind: 'publication-refused', file, reasons, digest, ...(told.has(digest) ? { again: true } : {}) };
}
