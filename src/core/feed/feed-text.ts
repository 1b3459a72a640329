import { createHash } from 'node:crypto';

interface FeedText {
  /** One CIDR prefix a line, each line ended. */
  readonly text: string;
  /** Strong: it differs as soon as a byte does. With its quotes. */
  readonly etag: string;
}

/** A list as firewalls take it; undefined if there is nothing in it, which is never served. */
export function feedText(entries: readonly string[]): FeedText | undefined {
  if (entries.length === 0) return undefined;
  const text = `${entries.join('\n')}\n`;
  return { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` };
}

/** Whether an If-None-Match names this ETag. Weak comparison, as RFC 9110 wants it for this header. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === '*' || one === etag);
}
