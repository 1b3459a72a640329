import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { IPv4, IPv6 } from 'ip-num';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WhyAnswer } from '../../src/core/why.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { type FeedService, openFeedService, writePublication } from '../support/feed-service.ts';
import { absent, havePublications, publicPublications } from '../support/real-publications.ts';

// What is said of a day that has passed, against a reading of every file and of every state that a feed was in.

/** A linear congruential generator: the same draws each time. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Addresses of one family as numbers, first and last. */
interface Range {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

function rangesOf(entries: readonly string[]): Range[] {
  return entries.map((entry) => {
    const bits = entry.includes(':') ? 128 : 32;
    const [address = '', length = String(bits)] = entry.split('/');
    const first = bits === 32 ? IPv4.fromString(address).value : IPv6.fromString(address).value;
    return { bits, first, last: first + 2n ** BigInt(bits - Number(length)) - 1n };
  });
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const holds = (ranges: readonly Range[], { bits, value }: Address) =>
  ranges.some((range) => range.bits === bits && range.first <= value && value <= range.last);

interface Day {
  readonly date: string;
  /** As read from the file, by tag. */
  readonly published: ReadonlyMap<string, readonly Range[]>;
  /** What each feed served once the run was over. */
  readonly served: ReadonlyMap<string, readonly Range[]>;
}

interface Played {
  readonly service: FeedService;
  readonly days: readonly Day[];
}

const lists: Readonly<Record<string, readonly string[]>> = {
  east: ['Storage.EastUS'],
  west: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'],
};
const feed = (list: string) => ({ kind: 'feed', mode: 'sync', list, name: list, keys: [{ $env: 'FEED_KEY' }] });
const config = {
  lists: Object.fromEntries(Object.entries(lists).map(([name, tags]) => [name, { tags, families: ['ipv4', 'ipv6'] }])),
  targets: { east: feed('east'), west: feed('west') },
};

/** The file by itself: nothing of the service reads it here. */
async function publishedIn(path: string): Promise<Map<string, Range[]>> {
  const { values } = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, '')) as {
    values: { name: string; properties: { addressPrefixes: string[] } }[];
  };
  const wanted = new Set(Object.values(lists).flat());
  return new Map(
    values
      .filter(({ name }) => wanted.has(name))
      .map(({ name, properties }) => [name, rangesOf(properties.addressPrefixes)]),
  );
}

async function play(files: readonly string[]): Promise<Played> {
  const service = await openFeedService(config);
  const days: Day[] = [];
  for (const path of files) {
    const name = /(\d{4})(\d\d)(\d\d)\.json$/.exec(basename(path));
    const date = name?.slice(1).join('-') ?? '';
    await service.run(path, `${date}T12:00:00.000Z`);
    const served = new Map<string, Range[]>();
    for (const list of Object.keys(lists)) served.set(list, rangesOf(await service.served(list)));
    days.push({ date, published: await publishedIn(path), served });
  }
  return { service, days };
}

/** Says where an answer differs from what was read; nothing if it does not. */
function differences(answer: WhyAnswer | undefined, list: string, address: Address, day: Day): string[] {
  const listed = answer?.lists.find((one) => one.list === list);
  const target = answer?.targets.find((one) => one.list === list);
  const tags = lists[list] ?? [];
  const read = {
    allowed: holds(day.served.get(list) ?? [], address),
    published: tags.filter((tag) => holds(day.published.get(tag) ?? [], address)),
  };
  const said = {
    allowed: target?.allowed === 'wholly',
    listed: listed?.allowed === 'wholly',
    published: (listed?.tags ?? []).filter(({ published }) => published === 'wholly').map(({ tag }) => tag),
  };
  return [
    ...(said.allowed === read.allowed ? [] : [`in the target: said ${said.allowed}, read ${read.allowed}`]),
    ...(said.listed === read.allowed ? [] : [`in the list: said ${said.listed}, read ${read.allowed}`]),
    ...(said.published.join() === read.published.join()
      ? []
      : [`published: said ${said.published}, read ${read.published}`]),
  ];
}

/** The first or last address of a range that some feed served on some day, one inside of it, or one beside it. */
function addressNear(days: readonly Day[], draw: (below: number) => number): Address {
  const ranges = [...(days[draw(days.length)]?.served.values() ?? [])].flat();
  const range = ranges[draw(ranges.length)];
  if (!range) return { bits: 32, value: 0n };
  const { bits, first, last } = range;
  const inside = first + ((last - first) * BigInt(draw(1000))) / 1000n;
  const value = [first, last, first - 1n, last + 1n, inside][draw(5)] ?? first;
  return { bits, value };
}

/** Asks about random triples, and gives what differs, how often it was allowed, and the most requests that one took. */
async function ask({ service, days }: Played, triples: number, seed: number) {
  const draw = drawer(seed);
  const wrong: string[] = [];
  let allowed = 0;
  let requests = 0;
  const last = days.at(-1)?.date ?? '';
  const operator = await service.operator(`${last}T18:00:00.000Z`);
  for (let i = 0; i < triples; i++) {
    const at = draw(days.length);
    // Any day of the week: what was so on it is what the last file before it led to.
    const date = new Date(Date.parse(days[at]?.date ?? '') + draw(9) * 86_400_000).toISOString().slice(0, 10);
    const day = days.findLast((one) => one.date <= date && one.date <= last);
    const list = Object.keys(lists)[draw(2)] ?? '';
    const address = addressNear(days, draw);
    const text = (address.bits === 32 ? new IPv4(address.value) : new IPv6(address.value)).toString();
    if (!day) throw new Error(`no day before ${date}`);
    const before = service.requests;
    const asked = date > last ? last : date;
    const { answers } = await operator.why({ address: text, at: asked, target: list });
    requests = Math.max(requests, service.requests - before);
    if (holds(day.served.get(list) ?? [], address)) allowed++;
    for (const one of differences(answers[0], list, address, day)) wrong.push(`${list} ${text} ${asked}: ${one}`);
  }
  return { wrong, allowed, requests };
}

/** Weeks of publications: growth, small losses that come back or go by the clock, splits, and a large loss that is asked about. */
function generated(weeks: number, seed: number): { date: string; text: string }[] {
  const draw = drawer(seed);
  const state = new Map<string, Set<number>>();
  const tags = Object.values(lists).flat();
  tags.forEach((tag, i) => {
    state.set(tag, new Set(Array.from({ length: 40 }, (_, block) => i * 200 + block * 2)));
  });
  const gone: [string, number][] = [];
  return Array.from({ length: weeks }, (_, week) => {
    for (const tag of tags) {
      const blocks = state.get(tag) ?? new Set();
      const action = draw(6);
      if (action < 2) blocks.add(tags.indexOf(tag) * 200 + draw(190));
      const some = [...blocks];
      if (action === 2 || action === 3) {
        const block = some[draw(some.length)] ?? 0;
        blocks.delete(block);
        gone.push([tag, block]);
      }
      if (week === 20 && tag === 'Storage.EastUS') for (const block of some.slice(0, 20)) blocks.delete(block);
      if (week === 24 && tag === 'Storage.EastUS') for (const block of some.slice(0, 4)) blocks.add(block);
    }
    const back = draw(3) === 0 ? gone.splice(draw(gone.length), 1)[0] : undefined;
    if (back) state.get(back[0])?.add(back[1]);
    const prefixes = (tag: string) => {
      const blocks = [...(state.get(tag) ?? [])].sort((a, b) => a - b);
      return [
        ...blocks.map((block) => `20.${40 + (block >> 8)}.${block & 255}.0/24`),
        ...blocks.filter((block) => block % 5 === 0).map((block) => `2603:1030:${(block + 1).toString(16)}::/48`),
      ];
    };
    const date = new Date(Date.UTC(2024, 0, 1 + week * 7)).toISOString().slice(0, 10);
    const all = Object.fromEntries(tags.toSorted().map((tag) => [tag, prefixes(tag)]));
    return { date, text: makeCatalogJson({ changeNumber: 200 + week, tags: all }) };
  });
}

describe('as it was on a day', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'why-as-of-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('500 random triples over a year of generated files equal a reading of all of them', async () => {
    const files: string[] = [];
    for (const { date, text } of generated(52, 7)) files.push(await writePublication(folder, date, text));
    const played = await play(files);
    const { wrong, allowed, requests } = await ask(played, 500, 11);
    expect(wrong).toEqual([]);
    // Both answers come often enough to mean something.
    expect(allowed).toBeGreaterThan(100);
    expect(allowed).toBeLessThan(450);
    expect(requests).toBeLessThanOrEqual(8);
  }, 60_000);

  test.skipIf(!havePublications)(
    havePublications ? '500 random triples over a year of real files' : `real files (${absent})`,
    async () => {
      const played = await play(publicPublications('20230601', '20240630'));
      const { wrong, allowed, requests } = await ask(played, 500, 13);
      expect(wrong).toEqual([]);
      expect(allowed).toBeGreaterThan(100);
      expect(requests).toBeLessThanOrEqual(8);
    },
    300_000,
  );
});
