import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { outgoingFetchWith } from '../network/outgoing.ts';
import { isGuarded } from './receiver-address.ts';

/** Code of the error for a host name that leads to a guarded address. */
export const guardedCode = 'ERR_GUARDED_ADDRESS';

type Resolve = (
  host: string,
  options: { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Looks up a host name for a connection, and refuses one of whose addresses any is guarded. Here and not before the
 * request: a name server may answer otherwise the second time.
 */
export function guardedLookup(resolve: Resolve = lookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return done(error ?? new Error(`no address of ${host}`), '');
      if (addresses.some(({ address }) => isGuarded(address))) {
        return done(Object.assign(new Error('a guarded address'), { code: guardedCode }), '');
      }
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}

/**
 * fetch() over connections to addresses that are not guarded. A host that is an address is for the caller to look at. Where
 * there is a proxy, it is the one that resolves and connects: the guarded addresses of this machine are out of its reach.
 */
export const guardedFetch = outgoingFetchWith({ lookup: guardedLookup() });
