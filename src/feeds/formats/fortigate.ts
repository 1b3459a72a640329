import { type FeedFormat, linesOf } from '../format.ts';

/**
 * Entries and bytes of one list, before FortiOS 7.4.4; later ones take more, by model. What is over it is cut off by the
 * firewall.
 * Source: https://community.fortinet.com/t5/FortiGate/Technical-Tip-External-threat-list-resource-entry-limits/ta-p/378964
 */
const limits = { maxEntries: 131_072, maxBytes: 10 * 1024 * 1024 };

/** One address, range or subnet a line, of both families. */
export const fortigateAddresses: FeedFormat = {
  id: 'fortigate-ip',
  summary: 'Fortinet FortiGate, external resource of the type `address`.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  ...limits,
  source: 'https://docs.fortinet.com/document/fortigate/7.6.2/administration-guide/9463/external-feeds',
  render: ({ ipv4, ipv6 }) => linesOf([...ipv4, ...ipv6]),
};

/** One domain a line, with simple wildcards. */
export const fortigateDomains: FeedFormat = {
  id: 'fortigate-domain',
  summary: 'Fortinet FortiGate, external resource of the type `domain`, for DNS filters.',
  takes: ['names'],
  wildcards: true,
  mediaType: 'text/plain',
  ...limits,
  source: 'https://docs.fortinet.com/document/fortigate/7.4.0/administration-guide/195303',
  render: ({ names }) => linesOf(names),
};
