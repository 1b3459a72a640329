import { type FeedFormat, linesOf } from '../format.ts';

/**
 * What the largest models take of addresses, in all lists together; most take 50,000, which is where `maxEntries` of a feed
 * is by default. What is over it the firewall skips.
 * Source: https://docs.paloaltonetworks.com/pan-os/7-1/pan-os-web-interface-help/objects/objects-external-dynamic-lists.html
 */
const mostAddresses = 150_000;

/** The same of URLs, on every model. */
const mostUrls = 50_000;

/** A comment must stand on the line of an entry, so there is none. */
export const panOsAddresses: FeedFormat = {
  id: 'pan-os-ip',
  summary: 'Palo Alto Networks PAN-OS, external dynamic list of the type IP List.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  maxEntries: mostAddresses,
  source:
    'https://docs.paloaltonetworks.com/network-security/security-policy/administration/objects/external-dynamic-lists/formatting-guidelines-for-an-external-dynamic-list',
  render: ({ ipv4, ipv6 }) => linesOf([...ipv4, ...ipv6]),
};

/**
 * Host names with a slash at the end. Without it, PAN-OS may read `example.com` as `example.com.*`, and let in
 * `example.com.attacker.net`. `*.example.com/` is one or more labels before the domain, and not the domain itself.
 */
export const panOsUrls: FeedFormat = {
  id: 'pan-os-url',
  summary: 'Palo Alto Networks PAN-OS, external dynamic list of the type URL List.',
  takes: ['names'],
  wildcards: true,
  mediaType: 'text/plain',
  maxEntries: mostUrls,
  source:
    'https://docs.paloaltonetworks.com/advanced-url-filtering/administration/configuring-url-filtering/url-category-exceptions/guidelines-for-url-category-exceptions',
  render: ({ names }) => linesOf(names.map((name) => `${name}/`)),
};
