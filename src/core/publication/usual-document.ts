import { createHash } from 'node:crypto';
import { ByteReader, COMMA } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type Cloud, clouds, isTagName, type Tag } from './catalog.ts';
import type { Digests } from './digest.ts';
import { mostTags, mostValues } from './json-bounds.ts';
import { type TagHead, tagsOf } from './numeric-tag.ts';
import { PrefixColumns } from './prefix-columns.ts';
import { RegionVotes } from './region-votes.ts';

/** A document in which nothing is unusual, read and checked. */
export interface UsualDocument extends Digests {
  readonly cloud: Cloud;
  readonly changeNumber: number;
  readonly tags: ReadonlyMap<string, Tag>;
  readonly regions: ReadonlyMap<string, string>;
}

/**
 * Reads a document that is written as every official file has been: these properties in this order, plain strings, whole numbers,
 * sound lists. One pass over the bytes checks it, makes numbers of the prefixes, and writes the canonical text that is hashed.
 * Gives undefined for every other document, which may be sound all the same: it is read by parseAnyCatalog() and must come out
 * as if this were not there.
 */
export function readUsualDocument(bytes: Uint8Array, known: ReadonlyMap<string, Tag>): UsualDocument | undefined {
  return new UsualReader(bytes, known).read();
}

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const key = {
  changeNumber: ascii('"changeNumber":'),
  cloud: ascii('"cloud":'),
  values: ascii('"values":'),
  name: ascii('"name":'),
  id: ascii('"id":'),
  properties: ascii('"properties":'),
  region: ascii('"region":'),
  regionId: ascii('"regionId":'),
  platform: ascii('"platform":'),
  systemService: ascii('"systemService":'),
  addressPrefixes: ascii('"addressPrefixes":'),
  networkFeatures: ascii('"networkFeatures":'),
};

const nullText = ascii('null');
/** The canonical text between the values of a tag: its properties in the order of their names. */
const between = {
  id: ascii('{"id":"'),
  name: ascii('","name":"'),
  addressPrefixes: ascii('","properties":{"addressPrefixes":'),
  changeNumber: ascii(',"changeNumber":'),
  networkFeatures: ascii(',"networkFeatures":'),
  platform: ascii(',"platform":"'),
  region: ascii('","region":"'),
  regionId: ascii('","regionId":'),
  systemService: ascii(',"systemService":"'),
  end: ascii('"}},'),
};

/** Bytes of a real file for each of its prefixes of one family, about: room for all is made at once. */
const bytesOfPrefix = 64;

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

class UsualReader {
  readonly #bytes: Uint8Array;
  readonly #reader: ByteReader;
  readonly #known: ReadonlyMap<string, Tag>;
  readonly #ipv4: PrefixColumns;
  readonly #ipv6: PrefixColumns;
  readonly #heads: TagHead[] = [];
  readonly #regions: string[] = [];
  /** The canonical texts of the tags, in the order of the file, with a comma behind each. No text is longer than what it was read from. */
  readonly #canonical: ByteWriter;
  /** Where the canonical text of each tag ends, in the order of the file. */
  readonly #ends = new Map<string, number>();

  constructor(bytes: Uint8Array, known: ReadonlyMap<string, Tag>) {
    this.#bytes = bytes;
    this.#reader = new ByteReader(bytes);
    this.#known = known;
    const room = Math.ceil(bytes.length / bytesOfPrefix);
    this.#ipv4 = new PrefixColumns('ipv4', room);
    this.#ipv6 = new PrefixColumns('ipv6', room);
    this.#canonical = new ByteWriter(bytes.length);
  }

  read(): UsualDocument | undefined {
    const reader = this.#reader;
    if (!reader.takes(OPEN) || !reader.takesAll(key.changeNumber)) return undefined;
    const changeNumber = reader.number();
    if (changeNumber <= 0 || !this.#comes(key.cloud)) return undefined;
    const text = reader.text();
    const cloud = clouds.find((known) => known === text);
    if (cloud === undefined || !this.#comes(key.values) || !reader.takes(OPEN_ARRAY)) return undefined;
    do if (this.#heads.length === mostTags || !this.#readTag()) return undefined;
    while (reader.takesComma());
    if (!reader.takes(CLOSE_ARRAY) || !reader.takes(CLOSE) || !reader.isAtEnd()) return undefined;
    if (reader.commas > mostValues) return undefined;
    const columns = { ipv4: this.#ipv4.result(), ipv6: this.#ipv6.result() };
    const tags = tagsOf(this.#heads, columns, this.#known);
    return { cloud, changeNumber, tags, regions: this.#regionsOf(tags), ...this.#digests(changeNumber, cloud) };
  }

  /** Whether another property comes, and this one. */
  #comes(property: Uint8Array): boolean {
    return this.#reader.takesComma() && this.#reader.takesAll(property);
  }

  #readTag(): boolean {
    const [reader, bytes, canonical] = [this.#reader, this.#bytes, this.#canonical];
    if (!reader.takes(OPEN) || !reader.takesAll(key.name)) return false;
    const name = reader.text();
    if (!isTagName(name) || this.#ends.has(name)) return false;
    const nameFrom = reader.from;
    const nameTo = nameFrom + name.length;
    if (!this.#comes(key.id) || reader.text() !== name) return false;
    if (!this.#comes(key.properties) || !reader.takes(OPEN) || !reader.takesAll(key.changeNumber)) return false;
    const changeNumber = reader.number();
    if (changeNumber <= 0) return false;
    const [changeFrom, changeTo] = [reader.from, reader.at];
    if (!this.#comes(key.region)) return false;
    const region = reader.text();
    if (region === undefined) return false;
    const regionFrom = reader.from;
    if (!this.#comes(key.regionId) || reader.number() < 0) return false;
    const [regionIdFrom, regionIdTo] = [reader.from, reader.at];
    if (!this.#comes(key.platform)) return false;
    const platform = reader.text();
    if (platform === undefined) return false;
    const platformFrom = reader.from;
    if (!this.#comes(key.systemService)) return false;
    const service = reader.text();
    if (service === undefined) return false;
    const serviceFrom = reader.from;
    if (!this.#comes(key.addressPrefixes)) return false;
    canonical.copy(between.id);
    canonical.copy(bytes, nameFrom, nameTo);
    canonical.copy(between.name);
    canonical.copy(bytes, nameFrom, nameTo);
    canonical.copy(between.addressPrefixes);
    if (!this.#readPrefixes() || !this.#comes(key.networkFeatures)) return false;
    canonical.copy(between.changeNumber);
    canonical.copy(bytes, changeFrom, changeTo);
    canonical.copy(between.networkFeatures);
    if (!this.#readFeatures() || !reader.takes(CLOSE) || !reader.takes(CLOSE)) return false;
    canonical.copy(between.platform);
    canonical.copy(bytes, platformFrom, platformFrom + platform.length);
    canonical.copy(between.region);
    canonical.copy(bytes, regionFrom, regionFrom + region.length);
    canonical.copy(between.regionId);
    canonical.copy(bytes, regionIdFrom, regionIdTo);
    canonical.copy(between.systemService);
    canonical.copy(bytes, serviceFrom, serviceFrom + service.length);
    canonical.copy(between.end);
    this.#ends.set(name, canonical.end);
    this.#heads.push([name, changeNumber, this.#ipv4.inList, this.#ipv6.inList]);
    this.#regions.push(region);
    return true;
  }

  /** A list of at least one prefix: IPv4 before IPv6, each family in order and apart. */
  #readPrefixes(): boolean {
    const [reader, canonical] = [this.#reader, this.#canonical];
    this.#ipv4.beginList();
    this.#ipv6.beginList();
    if (!reader.takes(OPEN_ARRAY)) return false;
    canonical.put(OPEN_ARRAY);
    do {
      if (!reader.copyString(canonical) || !this.#addPrefix(reader.from, reader.at - 1)) return false;
      canonical.put(COMMA);
    } while (reader.takesComma());
    canonical.replaceLast(CLOSE_ARRAY);
    return reader.takes(CLOSE_ARRAY);
  }

  #addPrefix(from: number, to: number): boolean {
    if (this.#ipv6.inList === 0 && this.#ipv4.add(this.#bytes, from, to)) return true;
    return this.#ipv6.add(this.#bytes, from, to);
  }

  /** An array of strings, perhaps empty; or null. */
  #readFeatures(): boolean {
    const [reader, canonical] = [this.#reader, this.#canonical];
    if (reader.takesAll(nullText)) {
      canonical.copy(nullText);
      return true;
    }
    if (!reader.takes(OPEN_ARRAY)) return false;
    canonical.put(OPEN_ARRAY);
    if (reader.takes(CLOSE_ARRAY)) {
      canonical.put(CLOSE_ARRAY);
      return true;
    }
    do {
      if (reader.text() === undefined) return false;
      canonical.copy(this.#bytes, reader.from - 1, reader.at);
      canonical.put(COMMA);
    } while (reader.takesComma());
    canonical.replaceLast(CLOSE_ARRAY);
    return reader.takes(CLOSE_ARRAY);
  }

  #regionsOf(tags: ReadonlyMap<string, Tag>): ReadonlyMap<string, string> {
    const votes = new RegionVotes();
    let at = 0;
    for (const tag of tags.values()) votes.add(tag, this.#regions[at++]);
    return votes.result();
  }

  /** Of the canonical text, in which the tags stand in the order of their names. */
  #digests(changeNumber: number, cloud: Cloud): Digests {
    const [whole, values] = [createHash('sha256'), createHash('sha256')];
    whole.update(`{"changeNumber":${changeNumber},"cloud":"${cloud}","values":`);
    const update = (text: string | Uint8Array) => {
      whole.update(text);
      values.update(text);
    };
    update('[');
    const runs = this.#inOrder();
    const last = runs.pop();
    for (const run of runs) update(run);
    // Without the comma behind the last tag.
    update(last?.subarray(0, -1) ?? '');
    update(']');
    whole.update('}');
    return { digest: whole.digest('hex'), valuesDigest: values.digest('hex') };
  }

  /** The canonical texts in the order of the names: as few pieces as can be, for most tags of a file are in order. */
  #inOrder(): Uint8Array[] {
    const [names, ends] = [[...this.#ends.keys()], [...this.#ends.values()]];
    const order = Array.from(names, (_, i) => i).sort((a, b) => ((names[a] as string) < (names[b] as string) ? -1 : 1));
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < order.length; ) {
      const first = order[i] as number;
      let next = first;
      while (order[i] === next) {
        i++;
        next++;
      }
      pieces.push(this.#canonical.view(first === 0 ? 0 : (ends[first - 1] as number), ends[next - 1] as number));
    }
    return pieces;
  }
}
