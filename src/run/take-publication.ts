import { createHash } from 'node:crypto';
import type { DomainEvent } from '../core/event.ts';
import { acceptPublication } from '../core/publication/accept.ts';
import type { Issue } from '../core/publication/catalog.ts';
import type { ParsedPublication, Publication } from '../core/publication/publication.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import type { StoredPublication } from '../ports/publications.ts';
import { type Fetched, SourceError } from '../ports/source.ts';
import type { Parts } from './parts.ts';

/** What the source had, judged for acceptance. */
export interface Taken {
  /** A publication that is newly accepted. */
  readonly accepted?: ParsedPublication;
  /** The publication in force that came again: its catalog needs no second reading. */
  readonly seen?: ParsedPublication;
  readonly events: readonly DomainEvent[];
  /** Files to keep, refused ones too; nothing is stored here, so that a dry run can come this way. */
  readonly keep: readonly { readonly record: StoredPublication; readonly bytes: Uint8Array }[];
}

/** Files that cannot be read or are refused make room for the source's next candidate, at most this often. */
const mostCandidates = 6;
const mostIssuesTold = 5;

/**
 * Fetch, parse, accept: asks the source for candidates until one is accepted or is the one in force. What goes wrong is
 * told as events; the last accepted publication stays in force then.
 */
export async function takePublication(
  parts: Parts,
  last: Publication | undefined,
  signal: AbortSignal,
): Promise<Taken> {
  const events: DomainEvent[] = [];
  const keep: { record: StoredPublication; bytes: Uint8Array }[] = [];
  const source = await parts.source();
  try {
    for await (const fetched of source.candidates(signal, last?.provenance.url)) {
      const judged = judgeCandidate(fetched, last, parts);
      parts.log('publication read', { file: fetched.file, verdict: judged.verdict, via: fetched.provenance.via });
      if (judged.verdict === 'seen') return { seen: judged.parsed, events: [], keep };
      keep.push({ record: judged.record, bytes: fetched.bytes });
      if (judged.verdict === 'accepted') {
        const identical = false;
        const { file, changeNumber } = judged.parsed.publication;
        return {
          accepted: judged.parsed,
          events: [{ kind: 'publication-accepted', file, changeNumber, identical }],
          keep,
        };
      }
      const kind = judged.verdict === 'waiting' ? 'publication-waits' : 'publication-refused';
      events.push({ kind, file: fetched.file, reasons: judged.record.reasons });
      if (keep.length >= mostCandidates) break;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // With a refused file at hand the refusal is the news; that no other way led further is part of the same story.
    if (events.length === 0) events.push({ kind: 'source-unreachable', text: error.message });
  }
  return { events, keep };
}

type Judged =
  | { readonly verdict: 'seen'; readonly parsed: ParsedPublication }
  | { readonly verdict: 'accepted'; readonly parsed: ParsedPublication; readonly record: StoredPublication }
  | { readonly verdict: 'refused' | 'waiting'; readonly record: StoredPublication };

function judgeCandidate(fetched: Fetched, last: Publication | undefined, parts: Parts): Judged {
  const firstSeen = parts.now().toISOString();
  const { file, provenance, bytes } = fetched;
  const read = readPublication(bytes, { file, provenance, firstSeen }, parts.loaded.config.cloud);
  if (!read.ok) {
    const digest = `raw-${createHash('sha256').update(bytes).digest('hex')}`;
    return {
      verdict: 'refused',
      record: { digest, file, firstSeen, status: 'refused', reasons: issueTexts(read.issues) },
    };
  }
  const { publication, catalog } = read;
  const parsed = { publication, catalog };
  const { verdict, reasons } = acceptPublication(last, publication, parts.now());
  if (verdict === 'seen') return { verdict, parsed };
  const record = { digest: publication.digest, file, firstSeen, status: verdict, publication, reasons };
  return verdict === 'accepted' ? { verdict, parsed, record } : { verdict, record };
}

/** The first few issues as sentences, and how many more there are. */
export function issueTexts(issues: readonly Issue[]): string[] {
  const texts = issues
    .slice(0, mostIssuesTold)
    .map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
  return issues.length > mostIssuesTold ? [...texts, `and ${issues.length - mostIssuesTold} more`] : texts;
}
