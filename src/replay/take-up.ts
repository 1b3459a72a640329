import type { DomainEvent } from '../core/event.ts';
import type { NotAccepted } from '../core/judge/follow-source.ts';
import { acceptFile } from '../core/publication/accept.ts';
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
  /** As far as it can be believed; it makes the source suspect if it announces something. */
  readonly notAccepted?: NotAccepted;
}

/**
 * Judges a file for acceptance after what is in force, with the events that a run has then.
 * @param told digests of the files that people heard of before: nobody hears of one again.
 */
export function takeUp(file: SequencedFile, before: Before, told: ReadonlySet<string>, now: Date): TakenUp {
  if (isBroken(file)) {
    const { reasons, sound } = file;
    const events = [refusal(file.file, reasons, file.digest, told)];
    return { verdict: 'unreadable', reasons, events, ...(sound ? { notAccepted: sound } : {}) };
  }
  const { publication } = file;
  const { file: name, digest, changeNumber, valuesDigest } = publication;
  const last = before.publication;
  const { verdict, reasons, parsed } = acceptFile(file, { before, inForce: before.catalog, after: last, now });
  switch (verdict) {
    case 'seen':
      return { verdict, reasons, events: [] };
    case 'accepted': {
      const identical = !parsed.setAside && last?.valuesDigest === valuesDigest;
      const event = { kind: 'publication-accepted', file: name, changeNumber, identical } as const;
      return { verdict, reasons, events: [event], accepted: parsed };
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
