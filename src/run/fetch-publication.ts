import { dayMs } from '../core/calendar.ts';
import type { AcceptPublicationDecision } from '../core/decisions/decision.ts';
import type { DomainEvent } from '../core/event.ts';
import type { NotAccepted } from '../core/judge/follow-source.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { type ParsedPublication, type Publication, setAsideIn } from '../core/publication/publication.ts';
import type { CatalogSnapshot } from '../core/publication/snapshot.ts';
import { type Fetched, type Source, SourceError } from '../ports/source.ts';
import type { StoredPublication } from '../ports/store.ts';
import { type AcceptedOverride, acceptOverride } from './accept-by-operator.ts';
import type { PlanContext } from './context.ts';
import { judgeCandidate, type ReadInForce, type Sound, type Unsound } from './judge-candidate.ts';

/** What the source had, judged for acceptance. */
export interface FetchResult {
  /** A publication that is newly accepted, by the rules or by an operator. */
  readonly accepted?: AcceptedOverride & {
    /** The operator's name. */
    readonly by?: string;
  };
  /** The publication in force that came again: its catalog needs no second reading. */
  readonly seen?: ParsedPublication;
  /** Files that were refused or wait, as far as their tags can be believed. */
  readonly notAccepted: readonly NotAccepted[];
  /** Whether any way led to a file. */
  readonly reached: boolean;
  /** What other ways had, beside the one in force. */
  readonly others: readonly OtherWay[];
  /** Digests of the files that were told now. */
  readonly told: readonly string[];
  /** Words on files that were taken up, whatever came of them. */
  readonly wordsTaken: readonly string[];
  /** Without that of `accepted`: which of its tags people are told of depends on the lists. */
  readonly events: readonly DomainEvent[];
  /** Files to keep, refused ones too; nothing is stored here, so that a dry run can come this way. */
  readonly keep: readonly Kept[];
}

interface Kept {
  readonly record: StoredPublication;
  readonly bytes: Uint8Array;
  /** Of one that is accepted. */
  readonly snapshot?: CatalogSnapshot;
}

/** What a way had that is not the one in force. */
interface OtherWay extends ParsedPublication {
  /** `latest`, `mirror`. */
  readonly way: string;
}

/** Files that cannot be read or are refused make room for the source's next candidate, at most this often. */
const maxCandidates = 6;
/** Publications come weekly: when the newest is older, another way may have what this one lacks. */
const dueMs = 8 * dayMs;

/**
 * Fetch, parse, accept: applies an operator's decision about a stored file, else asks the source for candidates until one is
 * accepted or is the one in force. Problems become events, each file once; the last accepted publication
 * stays in force then.
 */
export async function fetchAndAccept(
  context: PlanContext,
  ledger: Ledger,
  readInForce: ReadInForce,
  /** Digests of the files that were announced already. */
  announced: readonly string[],
  decisions: readonly AcceptPublicationDecision[],
  signal: AbortSignal,
): Promise<FetchResult> {
  const wordsTaken: string[] = [];
  for (const decision of decisions.filter(({ id }) => !ledger.source?.wordsTaken.includes(id))) {
    wordsTaken.push(decision.id);
    const result = await acceptOverride(context, ledger, decision);
    context.log('decision on a file', {
      digest: decision.digest,
      ok: result.ok,
      ...(result.ok ? {} : { why: result.why }),
    });
    if (!result.ok) continue;
    const accepted = { ...result.vouched, by: decision.by.name };
    return { accepted, notAccepted: [], reached: true, others: [], told: [], wordsTaken, events: [], keep: [] };
  }
  const answered = new Set(decisions.map(({ digest }) => digest));
  const known = new Set([...announced, ...answered]);
  return { ...(await takeFromSource(context, ledger, readInForce, known, signal)), wordsTaken };
}

async function takeFromSource(
  context: PlanContext,
  ledger: Ledger,
  readInForce: ReadInForce,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Omit<FetchResult, 'wordsTaken'>> {
  const { accepted: last, source: state } = ledger;
  const judge = (fetched: Fetched, after: Publication | undefined) =>
    judgeCandidate(context, fetched, after, { ledger, readInForce });
  const events: DomainEvent[] = [];
  const keep: Kept[] = [];
  const notAccepted: NotAccepted[] = [];
  const told: string[] = [];
  const source = await context.source();
  let candidates = 0;
  let found: { readonly judged: Sound; readonly fetched: Fetched } | undefined;
  try {
    for await (const fetched of source.candidates(signal, last?.provenance.url)) {
      candidates++;
      const judged = await judge(fetched, last);
      context.log('publication read', { file: fetched.file, verdict: judged.verdict, via: fetched.provenance.via });
      if (judged.verdict !== 'seen') keep.push(keptOf(judged, fetched));
      if (judged.verdict === 'seen' || judged.verdict === 'accepted') {
        found = { judged, fetched };
        break;
      }
      if (judged.sound) notAccepted.push(judged.sound);
      const { digest } = judged.record;
      if (!known.has(digest)) told.push(digest);
      events.push(...eventsOf(judged, known.has(digest)));
      if (candidates >= maxCandidates) break;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // With a refused file at hand the refusal is the news; that no other way led further is part of the same story.
    if (candidates === 0) {
      const again = state?.unreachableSince === undefined ? {} : ({ again: true } as const);
      events.push({ kind: 'source-unreachable', text: error.message, ...again });
    }
  }
  const others = found ? await askOthers(context, source, found, judge, signal) : { ways: [], keep: [] };
  const best = others.newer ?? found?.judged;
  keep.push(...others.keep);
  const whole = { notAccepted, reached: candidates > 0, others: others.ways, told, keep };
  if (best?.verdict === 'accepted') {
    return { ...whole, accepted: best.parsed, events };
  }
  return { ...whole, ...(best ? { seen: best.parsed } : {}), events };
}

/**
 * Other ways are a second opinion on something new, when something new is due, and while single tags are set aside. What one has that may follow what was
 * found is taken in its place: a page that hangs behind must not hide a good file.
 */
async function askOthers(
  context: PlanContext,
  source: Source,
  { judged, fetched }: { readonly judged: Sound; readonly fetched: Fetched },
  judge: (fetched: Fetched, after: Publication) => Promise<Sound | Unsound>,
  signal: AbortSignal,
): Promise<{ readonly ways: OtherWay[]; readonly keep: Kept[]; readonly newer?: Sound & { verdict: 'accepted' } }> {
  const { publication } = judged.parsed;
  const due = context.now().getTime() - Date.parse(publication.date) > dueMs;
  // Another way may have the same file without the damage.
  const inPart = setAsideIn(publication).size > 0 || publication.unnamed !== undefined;
  const isWhole = judged.verdict === 'seen' && !due && !inPart;
  if (!context.loaded.config.crossCheck.ways || !source.others || isWhole) {
    return { ways: [], keep: [] };
  }
  const ways: OtherWay[] = [];
  for await (const other of source.others(signal, fetched)) {
    const second = await judge(other, publication);
    const way = other.provenance.via.split('/').at(-1) ?? other.provenance.via;
    context.log('other way read', { way, file: other.file, verdict: second.verdict });
    if (second.verdict === 'accepted') {
      return { ways, keep: [keptOf(second, other)], newer: second };
    }
    if (second.verdict !== 'seen' && second.parsed) ways.push({ ...second.parsed, way });
  }
  return { ways, keep: [] };
}

function keptOf(judged: Exclude<Sound | Unsound, { verdict: 'seen' }>, { bytes }: Fetched): Kept {
  const { record } = judged;
  return { record, bytes, ...(judged.verdict === 'accepted' ? { snapshot: judged.snapshot } : {}) };
}

/** A waiting file is reported once. A refused one is in the record of every run that met it, and is reported to people once. */
function eventsOf({ verdict, record }: Unsound, known: boolean): DomainEvent[] {
  const { file, reasons, digest } = record;
  if (verdict === 'waiting') return known ? [] : [{ kind: 'publication-waits', file, reasons, digest }];
  return [{ kind: 'publication-refused', file, reasons, digest, ...(known ? { again: true } : {}) }];
}
