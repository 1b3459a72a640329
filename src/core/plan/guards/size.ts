import { counted, percent } from '../../judge/arithmetic.ts';
import { unionOf } from '../causes.ts';
import { sizeOf } from '../entries.ts';
import { isContacted } from '../memory.ts';
import type { PartGuard } from './guard.ts';

const growthShare = 25n;
const growthAddresses = 4096n;
/** Address counts mean nothing in IPv6. */
const growthIpv6Prefixes = 16n;

/**
 * Large growth from a config edit needs approval: over 25 % and over 4,096 IPv4 addresses, or over 25 %
 * and 16 prefixes of IPv6. Measured against what is ours: entries of others do not make an edit small.
 */
export const configGrowth: PartGuard = ({ additions, memory, owned }) => {
  if (!isContacted(memory)) return undefined;
  const added = unionOf(additions.filter(({ cause }) => cause.kind === 'config'));
  const sums = [
    { of: 'IPv4 addresses', more: added.ipv4.count, had: owned.ipv4.count, most: growthAddresses },
    {
      of: 'IPv6 prefixes',
      more: BigInt(added.ipv6.prefixCount),
      had: BigInt(owned.ipv6.prefixCount),
      most: growthIpv6Prefixes,
    },
  ].filter(({ more, had, most }) => more > most && more * 100n > had * growthShare);
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

const removalShare = 30n;
const removalPrefixes = 8;

/**
 * Much of a target going out in one run, from whatever causes together: over 8 prefixes or names, and over 30 % of its IPv4
 * addresses, of its IPv6 prefixes or of its host names.
 */
export const largeRemoval: PartGuard = ({ removals, holding: ownership }) => {
  const out = unionOf(removals);
  const ipv4 = [out.ipv4.count, ownership.ours.ipv4.count, 'IPv4 addresses'] as const;
  const ipv6 = [BigInt(out.ipv6.prefixCount), BigInt(ownership.ours.ipv6.prefixCount), 'IPv6 prefixes'] as const;
  const names = [BigInt(out.names.length), BigInt(ownership.ours.names.length), 'host names'] as const;
  const count = sizeOf(out);
  const much = [ipv4, ipv6, names].filter(([going, had]) => going * 100n > had * removalShare);
  if (count <= removalPrefixes || much.length === 0) return undefined;
  const sums = much.map(
    ([going, had, what]) => `${counted(going)} of ${counted(had)} ${what} (${percent(going, had)})`,
  );
  return {
    rule: 'large-removal',
    text: `${sums.join(' and ')}, ${counted(count)} ${names[0] > 0n ? 'names' : 'prefixes'} in all, would go out at once; the limit is ${removalShare}.0 % and ${removalPrefixes} prefixes`,
    next: 'check why; approve the part if it is right',
  };
};
