import type { EntryKind, FeedFormat } from '../format.ts';
import { checkPoint } from './check-point.ts';
import { ciscoAsa, ciscoIos, ciscoSecureFirewall } from './cisco.ts';
import { csv, json, terraform } from './data.ts';
import { fortigateAddresses, fortigateDomains } from './fortigate.ts';
import { junos } from './junos.ts';
import { plain, ranges } from './lines.ts';
import { ipset, nftables } from './linux.ts';
import { mikrotik } from './mikrotik.ts';
import { panOsAddresses, panOsUrls } from './pan-os.ts';
import { pf } from './pf.ts';

/** Every format that a list can be had in, by its id. */
export const feedFormats: ReadonlyMap<string, FeedFormat> = new Map(
  [
    plain,
    json,
    csv,
    ranges,
    panOsAddresses,
    panOsUrls,
    fortigateAddresses,
    fortigateDomains,
    checkPoint,
    ciscoAsa,
    ciscoIos,
    ciscoSecureFirewall,
    junos,
    nftables,
    ipset,
    pf,
    terraform,
    mikrotik,
  ].map((format) => [format.id, format]),
);

/** The format of a feed whose config names none. */
export const defaultFormat = plain;

/** Ids of the formats that take entries of one of these kinds. */
export function formatsFor(...kinds: readonly EntryKind[]): string[] {
  return [...feedFormats.values()]
    .filter(({ takes }) => kinds.some((kind) => takes.includes(kind)))
    .map(({ id }) => id);
}
