import { counted, percent } from '../../judge/arithmetic.ts';
import { unionOf } from '../causes.ts';
import { isContacted } from '../memory.ts';
import type { PartGuard } from './guard.ts';

const share = 25n;
const addresses = 4096n;
/** Address counts say nothing of IPv6. */
const ipv6Prefixes = 16n;

/**
 * An edited list that lets much more in is looked at by a person first: over 25 % and over 4,096 IPv4 addresses, or over 25 %
 * and 16 prefixes of IPv6. Measured against what is ours: an entry that others wrote makes no edit small.
 */
export const configGrowth: PartGuard = ({ additions, memory, owned }) => {
  if (!isContacted(memory)) return undefined;
  const added = unionOf(additions.filter(({ cause }) => cause.kind === 'config'));
  const sums = [
    { of: 'IPv4 addresses', more: added.ipv4.count, had: owned.ipv4.count, most: addresses },
    {
      of: 'IPv6 prefixes',
      more: BigInt(added.ipv6.toPrefixes().length),
      had: BigInt(owned.ipv6.toPrefixes().length),
      most: ipv6Prefixes,
    },
  ].filter(({ more, had, most }) => more > most && more * 100n > had * share);
  if (sums.length === 0) return undefined;
  const told = sums.map(
    ({ of, more, had, most }) =>
      `${counted(more)} ${of} to ${counted(had)}${had === 0n ? '' : ` (+${percent(more, had)})`}; the limit is +25.0 % and ${counted(most)}`,
  );
  return {
    rule: 'config-growth',
    text: `the edited list adds ${told.join(', and ')}`,
    next: 'approve the part if the edit is meant',
  };
};
