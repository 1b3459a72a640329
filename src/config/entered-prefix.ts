import { parseEntry } from '../core/address/entry.ts';
import type { Family } from '../core/address/family.ts';
import { PrefixError } from '../core/address/prefix.ts';

/** A prefix as a person typed it, made canonical; or what is wrong with it. */
type EnteredPrefix =
  | { readonly ok: true; readonly prefix: string; readonly family: Family }
  | { readonly ok: false; readonly expected: string; readonly hint: string };

/**
 * Reads a CIDR prefix or a single address as a person writes it: every IPv6 spelling, and no length means one address.
 * Host bits are refused and not cut off, since nobody can tell whether the address or the length was meant.
 */
export function enteredPrefix(text: string): EnteredPrefix {
  try {
    const { family, set } = parseEntry(text);
    const [prefix, ...more] = set.toPrefixes();
    if (prefix !== undefined && more.length === 0) return { ok: true, prefix, family };
    const hint = `these prefixes are the range: ${set.toPrefixes().join(', ')}`;
    return { ok: false, expected: 'one CIDR prefix or one address', hint };
  } catch (error) {
    if (!(error instanceof PrefixError)) throw error;
    return { ok: false, expected: error.expected, hint: '' };
  }
}
