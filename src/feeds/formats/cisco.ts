import { families } from '../../core/address/family.ts';
import { aboutLines, type FeedFormat, halvesOfAll, linesOf, objectName } from '../format.ts';

/** Longest name of an object on an ASA. */
const longestName = 64;

/**
 * Commands that fill a network object group of both families. Commands add and never remove: to drop what is gone, fill a
 * group of another name and change the rules over, since a group in use cannot be removed or emptied.
 */
export const ciscoAsa: FeedFormat = {
  id: 'cisco-asa',
  summary: 'Cisco ASA, commands for a network object group.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  source:
    'https://www.cisco.com/c/en/us/td/docs/security/asa/asa917/configuration/firewall/asa-917-firewall-config/access-objects.html',
  render: (list) =>
    linesOf([
      ...aboutLines(list).map((line) => `! ${line}`),
      `object-group network ${objectName(list.name, { max: longestName })}`,
      ...list.ipv4.map((prefix) => ` network-object ${hostOrMask(prefix)}`),
      ...list.ipv6.map((prefix) => ` network-object ${prefix}`),
    ]),
};

/** The same for IOS and IOS XE, where groups for access lists hold IPv4 alone. */
export const ciscoIos: FeedFormat = {
  id: 'cisco-ios',
  summary: 'Cisco IOS and IOS XE, commands for a network object group; IPv4 alone.',
  takes: ['ipv4'],
  mediaType: 'text/plain',
  source:
    'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/sec_data_zbf/configuration/xe-16-9/sec-data-zbf-xe-16-9-book/sec-zbf-ogacl.html',
  render: (list) =>
    linesOf([
      ...aboutLines(list).map((line) => `! ${line}`),
      `object-group network ${objectName(list.name, { max: longestName })}`,
      ...list.ipv4.map((prefix) => ` ${hostOrMask(prefix)}`),
    ]),
};

/** One address or block a line; lines that begin with `#` are comments. A block of all addresses (`/0`) is ignored by it. */
export const ciscoSecureFirewall: FeedFormat = {
  id: 'cisco-secure-firewall',
  summary: 'Cisco Secure Firewall (Firepower), Security Intelligence feed of the type Network.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  maxBytes: 500 * 1024 * 1024,
  source: 'https://docs.defenseorchestrator.com/cdfmc/c_custom_security_intelligence_lists_2.html',
  render: (list) =>
    linesOf([
      ...aboutLines(list).map((line) => `# ${line}`),
      ...families.flatMap((family) => halvesOfAll(list[family])),
    ]),
};

/** `host 192.0.2.1`, or an address and its mask. */
function hostOrMask(prefix: string): string {
  const [address = '', length] = prefix.split('/');
  return length === '32' ? `host ${address}` : `${address} ${maskOf(Number(length))}`;
}

function maskOf(length: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - from)))).join('.');
}
