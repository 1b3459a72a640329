import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayMs } from '../../src/core/calendar.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { watchTags } from '../../src/core/judge/watch.ts';
import { type Cloud, clouds } from '../../src/core/publication/catalog.ts';
import { BesideBlindCopy } from '../../src/replay/blind-copy.ts';
import { readFilesToReplay, tagNamesIn } from '../../src/replay/folder.ts';
import { isBroken, type SequencedFile } from '../../src/replay/published.ts';
import { replay } from '../../src/replay/replay.ts';
import { generateSample, storyEnd, writeSample } from '../../src/simulator/sample/generate.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blind-'));
  for (const cloud of clouds) await writeSample(join(folder, cloud), { cloud, end: storyEnd });
});
afterAll(() => rm(folder, { recursive: true }));

const watched = /^(Storage|AzureContainerRegistry)\./;

/** As a start counts it: file by file, with the ledger after each. */
function harmOf(cloud: Cloud, files: readonly SequencedFile[]) {
  const watch = watchTags([...tagNamesIn(files)].filter((tag) => watched.test(tag)));
  const after = new Map<string, Ledger>();
  const digestOf = (file: SequencedFile) => (isBroken(file) ? '' : file.publication.digest);
  replay({
    cloud,
    files,
    watch,
    policy: defaultPolicy,
    onJudged: ({ ledger, accepted }) => accepted && after.set(accepted.digest, ledger),
  });
  const beside = new BesideBlindCopy();
  for (const file of files) {
    const day = isBroken(file) ? 0 : Math.floor(Date.parse(file.publication.date) / dayMs);
    beside.take(file, day, watch, after.get(digestOf(file)));
  }
  return beside.harm();
}

/** Addresses of the IPv4 prefixes of each tag in a chapter, one by one, as numbers. */
function addressesIn(cloud: Cloud, chapter: number): Map<string, Set<number>> {
  const { values } = JSON.parse(generateSample({ cloud, chapter, lineEnd: '\n' })) as {
    values: { name: string; properties: { addressPrefixes: string[] } }[];
  };
  const each = (prefix: string): number[] => {
    const [address = '', length] = prefix.split('/');
    const start = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return Array.from({ length: 2 ** (32 - Number(length)) }, (_, i) => start + i);
  };
  const isIPv4 = (prefix: string) => !prefix.includes(':');
  return new Map(
    values.map(({ name, properties }) => [name, new Set(properties.addressPrefixes.filter(isIPv4).flatMap(each))]),
  );
}

/** Slow and simple: every address of every tag in every week. */
function bruteForce(cloud: Cloud, weeks: readonly number[]) {
  const all = weeks.map((week) => addressesIn(cloud, week));
  const [cut, strangers] = [new Set<number>(), new Set<number>()];
  for (const [at, now] of all.entries()) {
    const before = all[at - 1];
    if (!before) continue;
    for (const name of new Set([...before.keys(), ...now.keys()])) {
      if (!watched.test(name)) continue;
      const [service = '', region = ''] = name.split('.');
      const around = [now.get(service), now.get(`AzureCloud.${region.toLowerCase()}`)];
      const [had, has] = [before.get(name) ?? new Set<number>(), now.get(name) ?? new Set<number>()];
      const isBack = (address: number) => all.slice(at + 1).some((later) => later.get(name)?.has(address));
      for (const address of had)
        if (!has.has(address) && (around[1]?.has(address) || isBack(address))) cut.add(address);
      for (const address of has)
        if (!had.has(address) && around.some((one) => one && !one.has(address))) strangers.add(address);
    }
  }
  return { cut: cut.size, strangers: strangers.size };
}

const readAll = (cloud: Cloud) => readFilesToReplay({ folder: join(folder, cloud), cloud });
const counts = ({ cut, strangers }: ReturnType<typeof harmOf>['service']) => ({
  cut: Number(cut.ipv4.count),
  strangers: Number(strangers.ipv4.count),
});

test.each(clouds)(
  'over the whole sample of %s a blind copy cuts the fault and lets the stranger in, and the service neither',
  async (cloud) => {
    const { blindCopy, service } = harmOf(cloud, await readAll(cloud));
    expect(counts(blindCopy)).toEqual({ cut: 1728, strangers: 1024 });
    expect(counts(service)).toEqual({ cut: 0, strangers: 0 });
  },
);

test('over any weeks of the sample the figures are those of a count address by address', async () => {
  const files = await readAll('Public');
  const weeks = files.map((_, week) => week);
  fc.assert(
    fc.property(fc.subarray(weeks, { minLength: 1 }), (some) => {
      const { blindCopy, service } = harmOf(
        'Public',
        some.map((week) => files[week]).filter((file) => file !== undefined),
      );
      expect(counts(blindCopy)).toEqual(bruteForce('Public', some));
      expect(counts(service)).toEqual({ cut: 0, strangers: 0 });
    }),
    { numRuns: 12 },
  );
});

test('what only AzureCloud of the region still has when the files end is cut as well', async () => {
  const files = (await readAll('Public')).slice(0, 3);
  expect(counts(harmOf('Public', files).blindCopy)).toEqual({ cut: 1728, strangers: 0 });
});
