import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import * as cidrTools from 'cidr-tools';
import * as fastCidrTools from 'fast-cidr-tools';
import { IPv4CidrRange, IPv6CidrRange } from 'ip-num';
import ipaddr from 'ipaddr.js';
import { fingerprint, rangesOf, without } from '../../support/oracle/big-ranges.ts';
import type { Lists } from './input.ts';
import { iprange, isIprangeThere } from './iprange.ts';
import * as product from './product.ts';

/** What a sample works on. */
export interface Input {
  /** The older file and the newer one. */
  readonly files: readonly [string, string];
  readonly lists: () => readonly [Lists, Lists];
}

/** Work on an input that was made ready: what is timed, and an answer to compare where peers have one. */
interface Ready {
  readonly run: () => unknown;
  readonly answer?: () => string;
}

interface Work {
  /** The first is the product; those it is compared with follow. */
  readonly peers: Readonly<Record<string, (input: Input) => Ready>>;
  /** The answer that must come out, worked out without any of the peers. */
  readonly witness?: (input: Input) => string;
  /** A Service Tags file has limits (20,000 tags): only lists can be multiplied. */
  readonly ofFiles?: true;
}

const isIPv4 = (text: string) => !text.includes(':');

export const works: Readonly<Record<string, Work>> = {
  read: {
    peers: {
      product: reading(product.readAll),
      'cidr-tools': reading((texts) => texts.map((text) => cidrTools.parseCidr(text))),
      'fast-cidr-tools': reading((texts) => texts.map((text) => fastCidrTools.parse(text))),
      'ipaddr.js': reading((texts) => texts.map((text) => ipaddr.parseCIDR(text))),
      'ip-num': reading((texts) =>
        texts.map((text) => (isIPv4(text) ? IPv4CidrRange.fromCidr(text) : IPv6CidrRange.fromCidr(text))),
      ),
      'net.BlockList': reading((texts) => {
        const list = new BlockList();
        for (const text of texts) {
          const slash = text.indexOf('/');
          list.addSubnet(text.slice(0, slash), Number(text.slice(slash + 1)), isIPv4(text) ? 'ipv4' : 'ipv6');
        }
        return list;
      }),
    },
  },
  aggregate: {
    peers: {
      product: aggregating(product.aggregate),
      'cidr-tools': aggregating((texts) => cidrTools.mergeCidr(texts)),
      'fast-cidr-tools': aggregating((texts) => fastCidrTools.merge([...texts])),
    },
    witness: ({ lists }) => fingerprint([rangesOf(textsOf(lists()))]),
  },
  'aggregate IPv4': {
    peers: {
      product: aggregating(product.aggregate, isIPv4),
      'cidr-tools': aggregating((texts) => cidrTools.mergeCidr(texts), isIPv4),
      ...(isIprangeThere() ? { iprange: aggregating(iprange, isIPv4) } : {}),
    },
    witness: ({ lists }) => fingerprint([rangesOf(textsOf(lists()).filter(isIPv4))]),
  },
  difference: {
    peers: {
      product: comparing(product.gainedAndLost),
      'cidr-tools': comparing((before, after) => [
        cidrTools.excludeCidr(after, before),
        cidrTools.excludeCidr(before, after),
      ]),
      'fast-cidr-tools': comparing((before, after) => [
        fastCidrTools.exclude([...after], [...before]),
        fastCidrTools.exclude([...before], [...after]),
      ]),
    },
    witness: trueDifference,
  },
  parse: {
    ofFiles: true,
    peers: {
      product: ({ files: [, newer] }) => {
        const bytes = readFileSync(newer);
        return { run: () => product.parse(bytes) };
      },
      'JSON.parse alone': ({ files: [, newer] }) => {
        const bytes = readFileSync(newer);
        return { run: () => JSON.parse(bytes.toString()) };
      },
    },
  },
  pipeline: {
    ofFiles: true,
    peers: {
      product: ({ files }) => {
        const [older, newer] = [readFileSync(files[0]), readFileSync(files[1])];
        const run = () => product.changesOf(product.parse(older), product.parse(newer));
        return { run, answer: () => fingerprintOf(run()) };
      },
      'product, older one stored': ({ files }) => {
        const [stored, newer] = [product.stored(readFileSync(files[0])), readFileSync(files[1])];
        const run = () => product.changesSince(stored, newer);
        return { run, answer: () => fingerprintOf(run()) };
      },
      'JSON.parse alone': ({ files }) => {
        const bytes = files.map((file) => readFileSync(file));
        return { run: () => bytes.map((body) => JSON.parse(body.toString())) };
      },
    },
    witness: trueDifference,
  },
};

function textsOf(lists: readonly Lists[]): string[] {
  return lists.flatMap((list) => [...list.values()].flat());
}

function reading(run: (texts: readonly string[]) => unknown): (input: Input) => Ready {
  return ({ lists }) => {
    const texts = textsOf(lists().slice(1));
    return { run: () => run(texts) };
  };
}

function aggregating(
  run: (texts: readonly string[]) => readonly string[],
  wanted: (text: string) => boolean = () => true,
): (input: Input) => Ready {
  return ({ lists }) => {
    const texts = textsOf(lists()).filter(wanted);
    return { run: () => run(texts), answer: () => fingerprint([rangesOf(run(texts))]) };
  };
}

/** What a tag gained and what it lost, as prefixes. */
type Change = readonly [gained: readonly string[], lost: readonly string[]];

function comparing(change: (before: readonly string[], after: readonly string[]) => Change): (input: Input) => Ready {
  return ({ lists }) => {
    const [before, after] = lists();
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const run = () =>
      names.map((name) => ({ tag: name, change: change(before.get(name) ?? [], after.get(name) ?? []) }));
    return { run, answer: () => fingerprintOf(run()) };
  };
}

function fingerprintOf(changes: readonly { readonly tag: string; readonly change: Change }[]): string {
  const differing = changes.filter(({ change: [gained, lost] }) => gained.length + lost.length > 0);
  const sorted = differing.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
  return fingerprint(sorted.flatMap(({ change }) => change.map(rangesOf)));
}

function trueDifference({ lists }: Input): string {
  const [before, after] = lists();
  const parts = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const [had, has] = [rangesOf(before.get(name) ?? []), rangesOf(after.get(name) ?? [])];
    const change = [without(has, had), without(had, has)];
    return change.some(({ length }) => length > 0) ? change : [];
  });
  return fingerprint(parts);
}
