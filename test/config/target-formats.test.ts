import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { feedFormats, formatsFor } from '../../src/feeds/formats/index.ts';

/** What is said of the format of a feed: its severity and text. */
function said(kind: string, list: object, format: string): string[] {
  const keys = [{ $env: 'FEED_KEY' }];
  const text = JSON.stringify({
    ...{ schema: 1, instance: 'test', cloud: 'Public', lists: { all: list } },
    targets: { feed: { kind, mode: 'sync', list: 'all', name: 'feed', keys, format } },
  });
  try {
    const { notes } = parseConfig(text, { file: 'config', kinds: knownKinds, now: new Date('2024-01-15') });
    return notes.filter(({ path }) => path.endsWith('.format')).map(({ got }) => `note: ${got}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, got }) => `${path}: ${got}`);
  }
}

const tags = ['Storage.WestUS'];
const storage = '*.blob.core.windows.net';

test('a format that takes no family of its list is refused, since each pull would be a 503', () => {
  expect(said('feed', { tags, families: ['ipv6'] }, 'cisco-ios')).toEqual([
    'targets.feed.format: "cisco-ios", which leaves out IPv6: nothing would be left',
  ]);
});

test('one that takes a part of it is told', () => {
  expect(said('feed', { tags, families: ['ipv4', 'ipv6'] }, 'cisco-ios')).toEqual([
    'note: "cisco-ios", which leaves out IPv6',
  ]);
  expect(said('feed', { tags }, 'cisco-ios')).toEqual([]);
});

test('host names with a wildcard are left out by what takes none, and refused where there are no others', () => {
  const of = (list: object) => said('feed-names', list, 'mikrotik');
  expect(of({ names: [storage] })).toEqual([
    `targets.feed.format: "mikrotik", which leaves out ${storage}: nothing would be left`,
  ]);
  expect(of({ names: ['contoso.azurecr.io', storage] })).toEqual([`note: "mikrotik", which leaves out ${storage}`]);
  expect(of({ names: ['contoso.azurecr.io'] })).toEqual([]);
  expect(said('feed-names', { names: [storage] }, 'plain')).toEqual([]);
});

test.each(formatsFor('ipv4', 'ipv6'))('%s is refused for exactly the families that it does not take', (format) => {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const refused = said('feed', { tags, families: [family] }, format).length > 0;
    expect(refused).toBe(feedFormats.get(format)?.takes.includes(family) === false);
  }
});
