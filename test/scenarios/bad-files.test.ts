import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson, makeCatalogValue } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: {
    hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
  },
};

const prefixes = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
const tags = { 'Storage.WestUS': prefixes, Storage: ['20.0.0.0/16'] };
const good = makeCatalogJson({ changeNumber: 200, tags });
const next = { changeNumber: 201, tags: { ...tags, 'Storage.WestUS': [...prefixes, '20.0.6.0/24'] } };
/** A file that has the same list in every tag. */
const withPrefixes = (list: string[]): string => {
  const value = makeCatalogValue(next);
  for (const { properties } of value.values) properties.addressPrefixes = list;
  return JSON.stringify(value);
};

interface Case {
  readonly why: string;
  readonly text: string;
  readonly file?: string;
  /** What the refusal must say. */
  readonly says: RegExp;
}

// Each would do harm if it were taken for a publication: by cutting ranges off, or by letting wrong ones in.
const cases: readonly Case[] = [
  { why: 'a truncated file', text: makeCatalogJson(next).slice(0, -200), says: /truncated|ends|end of/i },
  { why: 'an HTML page', text: '<!DOCTYPE html><html><body>Sorry</body></html>', says: /HTML/ },
  { why: "another cloud's file", text: makeCatalogJson({ ...next, cloud: 'China' }), says: /China/ },
  {
    why: 'an older file',
    text: makeCatalogJson({ ...next, changeNumber: 199 }),
    file: 'ServiceTags_Public_20240101.json',
    says: /older/,
  },
  { why: 'a host bit in every tag', text: withPrefixes(['20.0.0.1/16']), says: /20\.0\.0\.1\/16/ },
  { why: 'a duplicate in every tag', text: withPrefixes(['20.0.0.0/16', '20.0.0.0/16']), says: /every prefix once/ },
  { why: 'an empty file', text: '', says: /empty/ },
];

describe('a file that is not to be trusted', () => {
  let world: World;
  let folder: string;
  const show = async (text: string, file: string): Promise<void> => {
    const path = join(folder, file);
    await writeFile(path, text);
    world.set({ publication: path, now: '2024-01-23T12:00:00Z' });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-bad-'));
    world = await openWorld(inject('azurite'), config);
    await show(good, 'ServiceTags_Public_20240115.json');
    expect((await world.run()).status).toBe('applied');
    await world.writes();
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it.each(cases)('$why is refused by name; targets and ledger stay', async ({ text, file, says }) => {
    await show(text, file ?? 'ServiceTags_Public_20240122.json');
    const view = await world.run();
    expect(view.status).toBe('refused');
    const refusal = view.events.find((event) => event.kind === 'publication-refused');
    expect(refusal?.reasons.join('\n')).toMatch(says);
    expect(view.publication?.changeNumber).toBe(200);
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(prefixes);
  });

  it('does not stop the next good one', async () => {
    await show(makeCatalogJson(next), 'ServiceTags_Public_20240122.json');
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toContain('20.0.6.0/24');
  });
});
