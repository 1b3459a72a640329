import type { Family } from '../core/address/family.ts';

/** An address, a prefix or a range, as against `*` and the names of tags. */
export function isAddress(entry: string): boolean {
  return /^[0-9a-f:.]*[0-9:][0-9a-f:.]*(\/\d+|-[0-9a-f:.]+)?$/i.test(entry);
}

/** The family of what isAddress() takes. */
export function familyOf(entry: string): Family {
  return entry.includes(':') ? 'ipv6' : 'ipv4';
}
