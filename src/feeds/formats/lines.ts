import { families } from '../../core/address/family.ts';
import { PrefixSet } from '../../core/address/prefix-set.ts';
import { type FeedFormat, linesOf } from '../format.ts';

/** One prefix or host name a line, without comments: what nearly every firewall that pulls takes. */
export const plain: FeedFormat = {
  id: 'plain',
  summary: 'One CIDR prefix or host name a line: pfSense, OPNsense, Check Point network feeds, and most others.',
  takes: ['ipv4', 'ipv6', 'names'],
  wildcards: true,
  mediaType: 'text/plain',
  source: 'https://docs.netgate.com/pfsense/en/latest/firewall/aliases-types.html',
  render: ({ ipv4, ipv6, names }) => linesOf([...ipv4, ...ipv6, ...names]),
};

/** Inclusive ranges `first-last`, one a line. Neighbouring prefixes become one range, so there are fewer lines. */
export const ranges: FeedFormat = {
  id: 'ranges',
  summary: 'One range `first-last` a line, for devices that take ranges better than prefixes.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  source:
    'https://sc1.checkpoint.com/documents/R81.20/WebAdminGuides/EN/CP_R81.20_SecurityManagement_AdminGuide/Content/Topics-SECMG/Network_Feed.htm',
  render: (list) => linesOf(families.flatMap((family) => PrefixSet.from(family, list[family]).toRanges())),
};
