import * as z from 'zod';
import { isWithin } from '../core/feed.ts';

/**
 * Addresses that only serve the machine itself: link-local ones, at one of which cloud platforms hand out tokens to any
 * program that asks from within, and the platform channel of Azure
 * (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const guarded = ['169.254.0.0/16', '168.63.129.16', 'fe80::/10', '64:ff9b::a9fe:0/112'];
const loopback = ['127.0.0.0/8', '::1'];

/** Whether notices are never sent to an address. Takes `fe80::1%eth0` and `[fe80::1]` as well; false for a host name. */
export function isGuarded(address: string): boolean {
  return isWithin(plain(address), guarded);
}

/** Setting of a channel whose address is in a secret. */
export function allowHttp() {
  return z
    .boolean()
    .default(false)
    .describe(
      'Take an address with http:// too: notices, and the secret in the address, then go over the network as plain text. An address of the machine itself may have it anyway.',
    );
}

/** What is wrong with the address of a receiver, as what is expected; undefined for a good one. Never repeats the address, which is a secret. */
export function whyNotReceiver(address: string, withHttp: boolean): string | undefined {
  const url = URL.parse(address);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb || url.username !== '' || url.password !== '') {
    return 'expected a web address without user name and password; correct it';
  }
  if (isGuarded(url.hostname)) return linkLocal;
  const isLocal = url.hostname === 'localhost' || isWithin(plain(url.hostname), loopback);
  if (url.protocol === 'http:' && !withHttp && !isLocal) {
    return 'expected an address with https://, got one with http://, which anyone on the way can read; correct it, or set `allowHttp` of the channel';
  }
  return undefined;
}

/** What is expected in place of a guarded address. */
export const linkLocal =
  'expected an address of a receiver, got a link-local one or one of the platform (169.254.0.0/16, fe80::/10, 168.63.129.16), to which nothing is sent; correct it';

function plain(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}
