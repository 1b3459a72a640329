import * as z from 'zod';
import { type AddressFault, addFault, addressFault, refuseOverlaps } from '../../ports/address-field.ts';
import { isAddress } from './rule-parts.ts';

/** What a rule is like beside its list, as far as the config says it in words of its own: checked as Azure checks it. */

/** Lowest and highest port that Azure takes. */
interface Ports {
  readonly from: number;
  readonly to: number;
}

/** Azure says so itself where a security rule has another port: "Valid range 0-65535". */
export const portsOfSecurityRule: Ports = { from: 0, to: 65_535 };

/** Source: learn.microsoft.com, rest/api/virtualnetwork/firewall-policy-rule-collection-groups. */
export const portsOfFirewall: Ports = { from: 1, to: 65_535 };

/** Destination ports: "443", "8000-8100", each once, or "*" alone. */
export function portsField(ports: Ports) {
  const port = z.string().superRefine((text, context) => {
    const expected = portFault(text, ports);
    if (expected !== undefined) addFault(context, { expected, hint: '' });
  });
  return z
    .array(port)
    .min(1)
    .superRefine((all, context) => {
      for (const [index, text] of all.entries()) {
        if (text !== '*' && all.indexOf(text) < index) {
          addFault(context, { expected: 'each port once', hint: 'remove one of the two' }, [index]);
        }
      }
      refuseStarBesideOthers(all, context);
    });
}

function portFault(text: string, { from, to }: Ports): string | undefined {
  if (text === '*') return undefined;
  if (!/^\d{1,5}(-\d{1,5})?$/.test(text)) return 'a port such as "443", a range such as "8000-8100", or "*"';
  const [low = 0, high = low] = text.split('-').map(Number);
  if (low < from || high > to || low > to || high < from) return `ports from ${from} to ${to}`;
  if (low > high) return `a range whose end is not below its start: "${high}-${low}"`;
  const plain = text.includes('-') ? `${low}-${high}` : `${low}`;
  return plain === text ? undefined : `a number without leading zeros: "${plain}"`;
}

/** A list of values of which none is there twice. */
export function eachOnce<T extends string>(values: readonly T[]): boolean {
  return new Set(values).size === values.length;
}

/** As addressFault(), for a text that is sent as it is written: Azure takes no white space in it. */
function sentFault(text: string, ranges: boolean): AddressFault | undefined {
  const fault = addressFault(text, { ranges });
  const plain = text.replace(/\s+/g, '');
  if (fault) return everything.test(text) ? { expected: '"*" for every address', hint: '' } : fault;
  return plain === text ? undefined : { expected: `no white space: ${JSON.stringify(plain)}`, hint: '' };
}

function refuseStarBesideOthers(all: readonly string[], context: z.RefinementCtx): void {
  const star = all.indexOf('*');
  if (star >= 0 && all.length > 1)
    addFault(context, { expected: '"*" alone', hint: 'remove it, or all others' }, [star]);
}

/** Source addresses of a rule of a firewall: addresses, prefixes and ranges, or "*" alone. */
export function sourcesField() {
  const source = z.string().superRefine((text, context) => {
    const fault = text === '*' ? undefined : sentFault(text, true);
    if (fault) addFault(context, fault);
  });
  return z
    .array(source)
    .min(1)
    .superRefine((all, context) => {
      refuseStarBesideOthers(all, context);
      refuseOverlaps(all, context);
    });
}

/**
 * The other side of a security rule: prefixes, or one service tag or "*" alone. Azure takes no tag in a list
 * (`SecurityRuleParameterContainsUnsupportedValue`), no range, and no prefixes that overlap
 * (`OverlappingSubnetsNotPermittedInSecurityRule`).
 */
export function otherSideField() {
  const tag = /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;
  const peer = z.string().superRefine((text, context) => {
    if (text === '*' || (tag.test(text) && !everything.test(text) && !isAddress(text))) return;
    const fault = sentFault(text, false);
    if (fault) addFault(context, fault);
  });
  return z
    .array(peer)
    .min(1)
    .refine((all) => all.length === 1 || all.every(isAddress), 'prefixes, or one service tag or "*" alone')
    .superRefine(refuseOverlaps);
}

/** What people write for every address, and Azure refuses. */
const everything = /^(any|all)$/i;
