import { counted, percent } from '../../judge/arithmetic.ts';
import { unionOf } from '../causes.ts';
import { sizeOf } from '../entries.ts';
import type { PartGuard } from './guard.ts';

const share = 30n;
const prefixes = 8;

/**
 * Much of a target going out in one run, from whatever causes together: over 8 prefixes or names, and over 30 % of its IPv4
 * addresses, of its IPv6 prefixes or of its host names.
 */
export const largeRemoval: PartGuard = ({ removals, holding: ownership }) => {
  const out = unionOf(removals);
  const ipv4 = [out.ipv4.count, ownership.ours.ipv4.count, 'IPv4 addresses'] as const;
  const ipv6 = [
    BigInt(out.ipv6.toPrefixes().length),
    BigInt(ownership.ours.ipv6.toPrefixes().length),
    'IPv6 prefixes',
  ] as const;
  const names = [BigInt(out.names.length), BigInt(ownership.ours.names.length), 'host names'] as const;
  const count = sizeOf(out);
  const much = [ipv4, ipv6, names].filter(([going, had]) => going * 100n > had * share);
  if (count <= prefixes || much.length === 0) return undefined;
  const sums = much.map(
    ([going, had, what]) => `${counted(going)} of ${counted(had)} ${what} (${percent(going, had)})`,
  );
  return {
    rule: 'large-removal',
    text: `${sums.join(' and ')}, ${counted(count)} ${names[0] > 0n ? 'names' : 'prefixes'} in all, would go out at once; the limit is ${share}.0 % and ${prefixes} prefixes`,
    next: 'check why; approve the part if it is right',
  };
};
