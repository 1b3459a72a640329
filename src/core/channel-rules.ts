import type { Weekday } from './calendar.ts';
import { type Notice, type NoticeKind, type Severity, severities } from './notice.ts';

/** Which notices a channel gets; an absent field does not narrow. */
export interface NoticeFilter {
  readonly kinds?: readonly NoticeKind[] | undefined;
  readonly lists?: readonly string[] | undefined;
  readonly targets?: readonly string[] | undefined;
  /** This much or more. */
  readonly severity?: Severity | undefined;
}

/** Daily hours in which a channel is not to be bothered with what can wait. */
export interface QuietHours {
  /** `18:00`, local time; from later than to: over midnight. Equal: the whole day. */
  readonly from: string;
  readonly to: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Days that are quiet from start to end. */
  readonly wholeDays: readonly Weekday[];
}

/** Whether a channel wants a notice. Lists and targets narrow only notices that touch some: the rest concerns everybody. */
export function wants(filter: NoticeFilter, notice: Notice): boolean {
  const { kinds, lists, targets, severity } = filter;
  const meets = (wanted: readonly string[] | undefined, touched: readonly string[]) =>
    wanted === undefined || touched.length === 0 || touched.some((one) => wanted.includes(one));
  return (
    (kinds === undefined || kinds.includes(notice.kind)) &&
    (severity === undefined || severities.indexOf(notice.severity) >= severities.indexOf(severity)) &&
    meets(lists, notice.lists) &&
    meets(targets, notice.targets)
  );
}

/** Whether a notice loses nothing by waiting until the morning. */
export function canWait({ severity, qualifier }: Notice): boolean {
  return severity === 'ok' || severity === 'info' || (severity === 'needs-you' && qualifier === 'no hurry');
}

/** Throws RangeError for an unknown time zone. */
export function isQuiet({ from, to, timeZone, wholeDays }: QuietHours, now: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  if (wholeDays.some((day) => day === part('weekday').toLowerCase())) return true;
  const time = `${part('hour')}:${part('minute')}`;
  return from < to ? from <= time && time < to : time >= from || time < to;
}
