import { counted, percent } from '../../judge/arithmetic.ts';
import { unionOf } from '../sift.ts';
import type { PartGuard } from './guard.ts';

const share = 30n;
const prefixes = 8;

/** Much of a target going out in one run, from whatever causes together: over 30 % and over 8 prefixes. */
export const largeRemoval: PartGuard = ({ removals, holding }) => {
  const out = unionOf(removals);
  const had = holding.ours.ipv4.count;
  const going = out.ipv4.count;
  const count = out.ipv4.toPrefixes().length + out.ipv6.toPrefixes().length;
  if (count <= prefixes || going * 100n <= had * share) return undefined;
  return {
    rule: 'large-removal',
    text: `${counted(going)} of ${counted(had)} IPv4 addresses (${percent(going, had)}) in ${counted(count)} prefixes would go out at once; the limit is 30.0 % and 8 prefixes`,
    next: 'check why; approve the part if it is right',
  };
};
