/** What is known of a device and of the list it should have. Times are ISO 8601. */
interface Watched {
  /** Most hours between two pulls. */
  readonly pullEvery: number;
  /** When there was first something to pull. */
  readonly since: string;
  /** When it last pulled, and the ETag of what it has; absent before the first time. */
  readonly pulledAt?: string;
  readonly etag?: string;
  /** ETag of what it would get now. */
  readonly current: string;
  readonly now: Date;
}

type DeviceState =
  | { readonly kind: 'pulls' }
  | { readonly kind: 'silent'; readonly since: string; readonly has: 'current' | 'old' | 'nothing' };

/** Whether a device pulls as it should; if not, since when, and what it has. */
export function deviceState({ pullEvery, since, pulledAt, etag, current, now }: Watched): DeviceState {
  const last = pulledAt ?? since;
  if (now.getTime() - Date.parse(last) <= pullEvery * 3_600_000) return { kind: 'pulls' };
  return { kind: 'silent', since: last, has: etag === undefined ? 'nothing' : etag === current ? 'current' : 'old' };
}
