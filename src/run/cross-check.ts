import { dayMs } from '../core/calendar.ts';
import { messageOf } from '../core/errors.ts';
import type { DomainEvent } from '../core/event.ts';
import type { AnnouncedGain, Check } from '../core/judge/source-state.ts';
import type { Watch } from '../core/judge/watch.ts';
import { type Comparison, compareWatched } from '../core/publication/catalog.ts';
import type { ParsedPublication } from '../core/publication/publication.ts';
import { listed } from '../messages/format.ts';
import { explainApi, explainWay } from '../messages/source.ts';
import type { Discovery } from '../ports/source.ts';
import type { PlanContext } from './context.ts';
import type { FetchResult } from './fetch-publication.ts';

interface Checked {
  readonly checks: readonly Check[];
  readonly events: readonly DomainEvent[];
}

const api = 'discovery-api';
/** What is remembered of the API beside what it says: when it last answered, and what of it could not be read. */
const apiAnswers = `${api}/answers`;
const apiUnreadable = `${api}/unreadable`;

/** It is away for hours at times, and nothing waits for it: only then is it worth a word. */
const silentDays = 7;

/**
 * Compares what is in force with other ways of the source and Azure's API. Nothing is decided here and nothing fails
 * because of it: what disagrees, or cannot be read, is reported once; that the API cannot be asked is logged, and reported
 * once after a week.
 */
export async function crossCheck(
  context: PlanContext,
  announced: readonly Check[],
  gains: readonly AnnouncedGain[],
  taken: FetchResult,
  watch: Watch,
  signal: AbortSignal,
): Promise<Checked> {
  const inForce = taken.accepted ?? taken.seen;
  if (!inForce || taken.accepted?.onlyTags) return { checks: announced, events: [] };
  const at = context.now().toISOString();
  const found = new Map(announced.map((check) => [check.way, check]));
  const events: DomainEvent[] = [];
  const note = (way: string, finding: string, comparison: Comparison, text: string): void => {
    context.log('second opinion', { way, kind: comparison.kind, text });
    const told = found.get(way)?.finding === finding;
    found.set(way, { way, at, finding });
    if (told || comparison.kind === 'same') return;
    events.push({
      kind: 'source-disagreement',
      way,
      finding: comparison.kind,
      text,
      tags: comparison.tags.slice(0, 20),
    });
  };
  for (const other of taken.others) {
    const comparison = compareWatched(inForce.catalog, other.catalog.tags, watch);
    const text = explainWay(other.publication, inForce.publication, comparison);
    note(other.way, `${other.publication.digest} ${comparison.kind}`, comparison, text);
  }
  const last = found.get(api);
  if (context.discovery && (taken.accepted || !last || context.now().getTime() - Date.parse(last.at) >= dayMs)) {
    const asked = await askApi(context, context.discovery, inForce, watch, signal);
    const told = (finding: 'silent' | 'unreadable', text: string): void => {
      events.push({ kind: 'source-disagreement', way: api, finding, text, tags: [] });
    };
    if ('error' in asked) {
      const since = found.get(apiAnswers) ?? { way: apiAnswers, at: last?.at ?? at, finding: 'none' };
      const isSilent = context.now().getTime() - Date.parse(since.at) >= silentDays * dayMs;
      if (isSilent && since.finding !== 'told')
        told('silent', `no answer since ${since.at.slice(0, 10)}: ${asked.error}`);
      found.set(apiAnswers, { ...since, finding: isSilent ? 'told' : since.finding });
    } else {
      const { comparison, unreadable } = asked;
      found.set(apiAnswers, { way: apiAnswers, at, finding: 'answered' });
      const names = unreadable.toSorted().join(' ');
      if (names !== '' && names !== found.get(apiUnreadable)?.finding)
        told('unreadable', `not compared: ${listed(unreadable)}`);
      found.set(apiUnreadable, { way: apiUnreadable, at, finding: names });
      const expected = gains.filter((gain) => gain.notAccepted === undefined);
      note(api, findingOf(comparison), comparison, explainApi(inForce.publication, comparison, expected, unreadable));
    }
  }
  return { checks: [...found.values()], events };
}

interface Asked {
  readonly comparison: Comparison;
  /** Tags of lists that it spells in a way that cannot be read. */
  readonly unreadable: readonly string[];
}

async function askApi(
  context: PlanContext,
  discovery: Discovery,
  inForce: ParsedPublication,
  watch: Watch,
  signal: AbortSignal,
): Promise<Asked | { readonly error: string }> {
  try {
    const { tags, unreadable } = await discovery.read(signal);
    const comparable = new Map([...watch].filter(([tag]) => !unreadable.has(tag)));
    const odd = [...unreadable].filter(([tag]) => watch.has(tag));
    if (odd.length > 0) context.log('second opinion spells prefixes in a way that cannot be read', { tags: odd });
    const comparison = compareWatched(inForce.catalog, tags, comparable);
    return { comparison, unreadable: odd.map(([tag]) => tag) };
  } catch (error) {
    if (signal.aborted) throw error;
    const text = messageOf(error);
    context.log('second opinion could not be asked', { way: api, error: text });
    return { error: text };
  }
}

/** While it only lags, which ranges it lacks changes each week and is no news. */
function findingOf({ kind, tags }: Comparison): string {
  return kind === 'adds' ? `${kind} ${tags.flatMap(({ tag, onlyThere }) => [tag, ...onlyThere]).join(' ')}` : kind;
}
