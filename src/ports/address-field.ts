import * as z from 'zod';
import { type Entry, parseEntry, readEntry } from '../core/address/entry.ts';
import { PrefixError } from '../core/address/prefix.ts';

/** What an address in a config should be, and how to write it in the right form where that can be said. */
export interface AddressFault {
  readonly expected: string;
  readonly hint: string;
}

/** Fields of a config that take a list of addresses: none of what Azure, or a device, would refuse later gets past them. */
interface AddressForm {
  /** Whether a range `a-b` is an entry. */
  readonly ranges: boolean;
}

/** An address, a CIDR prefix or, where the form has them, a range `a-b`: as it is written, checked. */
export function addressField(form: AddressForm) {
  return z.string().superRefine((text, context) => {
    const fault = addressFault(text, form);
    if (fault) addFault(context, fault);
  });
}

/** One CIDR prefix or one address, in any spelling of IPv6, as a canonical prefix. */
export function prefixField() {
  return z.string().transform((text, context) => {
    const fault = addressFault(text, { ranges: false });
    const [prefix] = fault ? [] : parseEntry(text).set.toPrefixes();
    if (prefix !== undefined) return prefix;
    if (fault) addFault(context, fault);
    return z.NEVER;
  });
}

/**
 * Why a text is not one entry of an address list; undefined if it is one. Host bits are refused, not cut off: the mistake
 * may be in the address or in the length.
 */
export function addressFault(text: string, { ranges }: AddressForm): AddressFault | undefined {
  try {
    const prefixes = parseEntry(text).set.toPrefixes();
    if (ranges || prefixes.length === 1) return undefined;
    return { expected: 'one CIDR prefix or one address', hint: `these prefixes are the range: ${prefixes.join(', ')}` };
  } catch (error) {
    if (error instanceof PrefixError) return { expected: error.expected, hint: '' };
    throw error;
  }
}

/**
 * Reports each entry of a list that shares addresses with one before it: Azure refuses a security rule with two such prefixes,
 * and in a firewall each counts against its limit. What is no address is left to the check of the entry itself.
 */
export function refuseOverlaps(texts: readonly string[], context: z.RefinementCtx): void {
  const seen: { readonly text: string; readonly entry: Entry }[] = [];
  for (const [index, text] of texts.entries()) {
    const entry = readEntry(text);
    if (entry === undefined) continue;
    const first = seen.find((one) => one.entry.family === entry.family && one.entry.set.overlaps(entry.set));
    if (first) addFault(context, overlapFault(first.text, first.entry, entry), [index]);
    seen.push({ text, entry });
  }
}

function overlapFault(text: string, first: Entry, { set }: Entry): AddressFault {
  const expected = `an entry that shares no address with ${JSON.stringify(text)}`;
  if (first.set.covers(set)) return { expected, hint: 'remove it: the other one covers it' };
  if (set.covers(first.set)) return { expected, hint: `remove ${JSON.stringify(text)}: this one covers it` };
  return { expected, hint: `write both as ${first.set.union(set).toPrefixes().join(', ')}` };
}

/** Adds a fault as an issue; `checkSchema` shows its hint. */
export function addFault(
  context: z.RefinementCtx,
  { expected, hint }: AddressFault,
  path: (string | number)[] = [],
): void {
  context.addIssue({ code: 'custom', path, message: expected, params: { hint } });
}
