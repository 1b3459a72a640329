import { type Family, familyNames } from '../../core/address/family.ts';
import { familyOf } from '../../core/address/prefix.ts';
import type { Problem } from '../../core/plan/live.ts';
import type { ConfigFinding } from '../../ports/target.ts';
import { ArmError } from '../arm/arm-error.ts';

/** An address, a prefix or a range, as against `*` and the names of tags. */
export function isAddress(entry: string): boolean {
  return /^[0-9a-f:.]*[0-9:][0-9a-f:.]*(\/\d+|-[0-9a-f:.]+)?$/i.test(entry);
}

/**
 * The side opposite the list in a new rule of one family: those of the config's `entries` that suit it. Throws ArmError
 * `invalid` if none does: Azure takes no rule with an empty side. `field`: the setting that holds them.
 */
export function counterpartsOf(
  rule: string,
  field: string,
  entries: readonly string[],
  family: Family,
): readonly string[] {
  const peers = entries.filter((entry) => suits(entry, family));
  if (peers.length > 0) return peers;
  throw new ArmError(
    'invalid',
    `rule ${rule}: expected an ${familyNames[family]} address in \`${field}\` of the config, got ${entries.join(', ')}. Add one, or leave ${familyNames[family]} out of the list.`,
  );
}

/** What a config lacks on the other side of a rule of one of these families: counterpartsOf() would throw. */
export function counterpartsMissing(
  path: readonly string[],
  entries: readonly string[],
  families: readonly Family[],
): readonly ConfigFinding[] {
  const lacks = families.filter((family) => !entries.some((entry) => suits(entry, family)));
  return lacks.map((family) => ({
    path,
    expected: `an ${familyNames[family]} address beside those of ${familyNames[family === 'ipv4' ? 'ipv6' : 'ipv4']}`,
    got: `a list of ${entries.length}`,
    hint: `the rule of ${familyNames[family]} cannot be created without: add one, or leave "${family}" out of the families of the list`,
  }));
}

function suits(entry: string, family: Family): boolean {
  return !isAddress(entry) || familyOf(entry) === family;
}

const before = 'service-tag-sync=';
const pattern = /\s{0,20}\[?service-tag-sync=([^\s\]]+)\]?/;

/** Characters that a mark needs in a description beside its own: its name and brackets. */
export const markFrame = before.length + 2;

/** A person's text with our mark behind it; the text is cut where both do not fit into `most` characters. */
export function withMark(text: string, mark: string, most: number): string {
  const tail = `[${before}${mark}]`;
  const kept = text
    .replace(pattern, '')
    .trim()
    .slice(0, most - tail.length - 1)
    .trim();
  return kept === '' ? tail : `${kept} ${tail}`;
}

/** The mark in a description, if there is one. */
export function markIn(description: string): string | undefined {
  return pattern.exec(description)?.[1];
}

/**
 * Why a rule may not be written in the collection it is in, or would be created in. `subject` names the resource that holds
 * the collection.
 */
export function collectionProblems(subject: string, name: string, action: string | undefined): Problem[] {
  if (action === 'Allow') return [];
  return [
    {
      code: 'rule-differs',
      text: `Collection ${name} of the ${subject}: expected the action Allow, got ${action ?? 'none'}: the list would do something else than the config says.`,
      next: 'Give the target another `collection` in the config.',
    },
  ];
}
