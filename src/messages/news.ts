import { dayMs } from '../core/calendar.ts';
import type { DomainEvent } from '../core/event.ts';
import { type Notice, type NoticeLink, type Severity, severities } from '../core/notice.ts';
import { clock, counted, quantity } from './format.ts';
import { linkLines } from './links.ts';
import { firstLine } from './text.ts';

/** The events of a closed run, and when it was closed (ISO 8601). */
export interface Happened {
  readonly events: readonly DomainEvent[];
  readonly at: string;
}

/**
 * The events of a run that are news compared with the run before it. An unchanged failure is reported once a day, an
 * unchanged refusal once a week. Pure, from the two runs alone: it can be derived again at any time.
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

/** Equal for two events of two runs that report the same condition. Texts may hold times and ids, and do not count. */
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

/** After this time, a notice that asks nothing is outdated. */
const newsMs = 3 * dayMs;

/**
 * Splits delayed notices, oldest first, into current and outdated ones. Outdated: a later one of them ended or replaced
 * it, or it asks nothing and is older than three days. A notice that asks something stays, however old.
 */
export function stillMatters<T extends { readonly notice: Notice }>(
  waiting: readonly T[],
  now: Date,
): { readonly keep: readonly T[]; readonly dropped: readonly T[] } {
  const keep: T[] = [];
  const dropped: T[] = [];
  const ended = new Set<string>();
  for (const one of waiting.toReversed()) {
    const { about, ends, severity, at } = one.notice;
    const overtaken = about.length > 0 && about.every((subject) => ended.has(subject));
    const asks = severity === 'needs-you' || severity === 'failed';
    const old = !asks && now.getTime() - Date.parse(at) > newsMs;
    (overtaken || old ? dropped : keep).push(one);
    for (const subject of ends) ended.add(subject);
  }
  return { keep: keep.reverse(), dropped: dropped.reverse() };
}

/** Several notices as one: first a line each, with its time, then the details of those that ask something. */
export function digestOf(notices: readonly Notice[], droppedCount: number, reason: string): Notice {
  const [first, last] = [notices[0], notices.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('expected at least one notice');
  const severity = severities.findLast((one) => notices.some((notice) => notice.severity === one)) ?? 'info';
  const asking = notices.filter((notice) => notice.severity === 'needs-you' || notice.severity === 'failed');
  const hurry = asking.some((notice) => notice.severity === 'failed' || notice.qualifier !== 'no hurry');
  return {
    key: 'digest',
    kind: 'digest',
    severity,
    ...(severity === 'needs-you' && !hurry ? { qualifier: 'no hurry' } : {}),
    headline: `${quantity(notices.length, 'notice')} from ${clock(first.at)} to ${clock(last.at)}, ${reason}: ${sums(notices)}.${asking.length === 0 ? ' Nothing to do.' : ''}`,
    lines: [
      ...notices.map((notice) => `${clock(notice.at)} ${firstLine(notice)}`),
      ...(droppedCount > 0 ? [`${quantity(droppedCount, 'outdated notice')} omitted.`] : []),
      ...asking.flatMap((notice) => [`About "${firstLine(notice)}"`, ...notice.lines, ...linkLines(notice)]),
    ],
    at: last.at,
    lists: [...new Set(notices.flatMap(({ lists }) => lists))],
    targets: [...new Set(notices.flatMap(({ targets }) => targets))],
    links: digestLinks(notices),
    runbook: 'digest',
    ranges: notices.flatMap(({ ranges }) => ranges),
    ...(notices.some(({ errors }) => errors) ? { errors: notices.flatMap(({ errors = [] }) => errors) } : {}),
    about: [],
    ends: [],
  };
}

/** The page of each, and the answers where one notice alone asks for them: the lines have those of all. */
function digestLinks(notices: readonly Notice[]): NoticeLink[] {
  const all = notices.map(({ links = [] }) => links);
  const one = all.filter((links) => links.some(({ rel }) => rel === 'answer')).length === 1;
  const own = all
    .flat()
    .filter(({ rel }) => rel === 'page' || (rel === 'answer' && one))
    .filter(({ url }, index, links) => links.findIndex((other) => other.url === url) === index);
  const book = all.flat().find(({ rel }) => rel === 'runbook');
  return book === undefined ? own : [...own, { ...book, url: book.url.replace(/#.*$/, '#digest') }];
}

const labels: Readonly<Record<Severity, (count: number) => string>> = {
  failed: () => 'failed',
  'needs-you': (count) => (count === 1 ? 'needs a decision' : 'need a decision'),
  info: () => 'for information',
  ok: () => 'completed',
};

function sums(notices: readonly Notice[]): string {
  return severities
    .toReversed()
    .map((severity) => ({ severity, count: notices.filter((notice) => notice.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${counted(count)} ${labels[severity](count)}`)
    .join(', ');
}
