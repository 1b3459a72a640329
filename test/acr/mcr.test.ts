import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { mcrNeeds } from '../../src/core/registry.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { absent, havePublications, publicationsFolder } from '../support/real-publications.ts';

const clouds = ['Public', 'AzureGovernment', 'China'] as const;
const keys = [{ $env: 'FEED_KEY' }];

function parse(cloud: string, list: object, kind = 'feed') {
  const text = JSON.stringify({
    ...{ schema: 1, instance: 'test', cloud, lists: { images: list } },
    targets: { images: { kind, mode: 'sync', list: 'images', name: 'images', keys } },
  });
  return parseConfig(text, { file: 'config', kinds: knownKinds, now: new Date('2024-01-15') });
}

describe('a list with `mcr`', () => {
  test('has the tags and names of its cloud, beside its own', () => {
    const lists = clouds.map((cloud) => parse(cloud, { mcr: true, tags: ['Storage.WestUS'] }).config.lists.images);
    expect(lists.map((list) => list?.tags)).toEqual([
      ['Storage.WestUS', 'MicrosoftContainerRegistry', 'AzureFrontDoor.FirstParty'],
      ['Storage.WestUS', 'MicrosoftContainerRegistry'],
      ['Storage.WestUS', 'MicrosoftContainerRegistry'],
    ]);
    expect(lists.map((list) => list?.names)).toEqual([
      ['mcr.microsoft.com', '*.data.mcr.microsoft.com'],
      ['mcr.microsoft.com', '*.data.mcr.microsoft.com'],
      ['mcr.azure.cn', '*.data.mcr.azure.cn'],
    ]);
  });

  test('needs nothing else, and does not repeat what is written out', () => {
    expect(parse('Public', { mcr: true }).config.lists.images?.tags).toHaveLength(2);
    const tags = ['AzureFrontDoor.FirstParty'];
    expect(parse('Public', { mcr: true, tags }).config.lists.images?.tags).toEqual([
      'AzureFrontDoor.FirstParty',
      'MicrosoftContainerRegistry',
    ]);
  });

  test('is noted where addresses alone let nothing through', () => {
    const noted = (cloud: string, kind: string) =>
      parse(cloud, { mcr: true }, kind).notes.filter(({ expected }) => expected.includes('Front Door'));
    expect(noted('Public', 'feed')).toEqual([]);
    for (const cloud of ['AzureGovernment', 'China']) {
      expect(noted(cloud, 'feed')).toMatchObject([{ path: 'targets.images.list' }]);
      expect(noted(cloud, 'feed-names')).toEqual([]);
    }
  });
});

test('samples of Public have these tags', () => {
  const { values } = JSON.parse(generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n' }));
  const names = values.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining([...mcrNeeds('Public').tags]));
});

describe.each(clouds)('every publication of %s since 2023', (cloud) => {
  const files = (havePublications ? readdirSync(publicationsFolder()) : []).filter(
    (name) => name.startsWith(`ServiceTags_${cloud}_`) && name > `ServiceTags_${cloud}_2023`,
  );
  const name = 'has the tags, and that of Front Door of Microsoft only where it says so';

  test.skipIf(files.length === 0)(files.length === 0 ? `${name} (${absent}, of ${cloud})` : name, () => {
    const { tags, byAddress } = mcrNeeds(cloud);
    const wrong = files.filter((file) => {
      const text = readFileSync(join(publicationsFolder(), file), 'utf8');
      const has = (tag: string) => text.includes(`"name": "${tag}"`);
      return !tags.every(has) || has('AzureFrontDoor.FirstParty') !== byAddress;
    });
    expect(wrong).toEqual([]);
  });
});
