import { type Family, familyNames } from '../../core/address/family.ts';
import { familyOf } from '../../core/address/prefix.ts';
import { ArmError } from '../arm/arm-error.ts';
import { isAddress } from './address-word.ts';

/**
 * What stands opposite the list in a new rule of one family: those of the config's `entries` that suit it. Throws ArmError
 * `invalid` if none does: Azure takes no rule with an empty side. `field`: the setting that holds them.
 */
export function counterpartsOf(
  rule: string,
  field: string,
  entries: readonly string[],
  family: Family,
): readonly string[] {
  const peers = entries.filter((entry) => !isAddress(entry) || familyOf(entry) === family);
  if (peers.length > 0) return peers;
  throw new ArmError(
    'invalid',
    `rule ${rule}: expected an ${familyNames[family]} address in \`${field}\` of the config, got ${entries.join(', ')}. Add one, or leave ${familyNames[family]} out of the list.`,
  );
}
