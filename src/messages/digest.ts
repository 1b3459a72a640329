import { dayMs } from '../core/calendar.ts';
import { type Notice, type Severity, severities } from '../core/notice.ts';
import { clock, counted, quantity } from './format.ts';
import { firstLine } from './text.ts';

/** After so long, what asked nothing of anybody is no news any more. */
const newsMs = 3 * dayMs;

/**
 * Notices that waited, oldest first, parted into those that still matter and old news: what a later one of them ended or
 * replaced, and what asks nothing and is older than three days. What asks something stays, however old.
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

/** Several notices as one, in their order: first what happened when, then the details of those that ask something. */
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
      ...(droppedCount > 0
        ? [
            `Left out as old news: ${quantity(droppedCount, 'notice')} that asked nothing or that something later overtook.`,
          ]
        : []),
      ...asking.flatMap((notice) => [`About "${firstLine(notice)}"`, ...notice.lines]),
    ],
    at: last.at,
    lists: [...new Set(notices.flatMap(({ lists }) => lists))],
    targets: [...new Set(notices.flatMap(({ targets }) => targets))],
    ranges: notices.flatMap(({ ranges }) => ranges),
    ...(notices.some(({ errors }) => errors) ? { errors: notices.flatMap(({ errors = [] }) => errors) } : {}),
    about: [],
    ends: [],
  };
}

const words: Readonly<Record<Severity, string>> = {
  failed: 'failed',
  'needs-you': 'for you to decide',
  info: 'to know',
  ok: 'well done',
};

function sums(notices: readonly Notice[]): string {
  return severities
    .toReversed()
    .map((severity) => ({ severity, count: notices.filter((notice) => notice.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${counted(count)} ${words[severity]}`)
    .join(', ');
}
