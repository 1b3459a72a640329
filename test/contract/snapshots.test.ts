import { expect, test } from 'vitest';
import { diffCatalogs } from '../../src/core/publication/diff.ts';
import { keptTags } from '../../src/run/kept-catalog.ts';
import { encodeSnapshot } from '../../src/store/catalog-codec.ts';
import type { Store } from '../../src/store/open.ts';
import { encodeStored, schema } from '../../src/store/schema.ts';
import { Seals, withoutSeal, withSeal } from '../../src/store/seal.ts';
import { makeCatalogBytes, makePublication } from '../support/catalog.ts';
import { indexContext } from '../support/kept-history.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { rawContainer } from '../support/raw-storage.ts';
import { testSealKey } from '../support/seal-key.ts';

const recipe = { tags: { 'Storage.WestUS': ['20.0.0.0/24', '2603:1030::/32'] } };
const { publication, catalog } = makePublication(recipe);
const { digest, file, provenance } = publication;

/** A store that keeps one publication, and where a snapshot of it lies. */
async function opened() {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  const record = {
    digest,
    file,
    firstSeen: '2024-01-15',
    status: 'imported',
    publication,
    provenance,
    reasons: [],
  } as const;
  await store.publications.put(record, makeCatalogBytes(recipe));
  const path = `${instance}/Public/catalogs/${digest}.json`;
  const blob = rawContainer().getBlockBlobClient(path);
  return {
    instance,
    store,
    path,
    text: async () => (await blob.downloadToBuffer()).toString(),
    upload: (text: string) => blob.upload(text, text.length),
  };
}

/** Reads the kept publication, and expects it to be as its bytes say. */
async function expectRead(store: Store, lines: string[] = []): Promise<void> {
  const found = await keptTags(indexContext(store, ['Storage.WestUS'], lines), { digest, file });
  if (found.kind !== 'read') throw new Error(`expected it to be read, got ${found.kind}`);
  expect(diffCatalogs(catalog, found.catalog)).toEqual([]);
  expect([...found.catalog.tags.keys()]).toEqual([...catalog.tags.keys()]);
}

const seals = new Seals({ keys: [testSealKey] });

test('the first reader keeps it, and it is there for the next, also where the bytes are gone', async () => {
  const { store, instance } = await opened();
  expect(await store.publications.snapshot(digest)).toEqual({});
  await expectRead(store);
  const { snapshot } = await store.publications.snapshot(digest);
  expect(diffCatalogs(catalog, snapshot?.catalog ?? { ...catalog, tags: new Map() })).toEqual([]);
  await rawContainer().deleteBlob(`${instance}/Public/publications/${digest}.json.br`);
  await expectRead(store);
});

test.each<[string, (text: string, path: string) => string]>([
  ['cut', (text) => text.slice(0, 300)],
  ['no JSON', () => 'damaged'],
  [
    'sealed by another key',
    (text, path) => withSeal(new Seals({ keys: ['x'.repeat(40)] }), path, withoutSeal(seals, path, text)),
  ],
  ['sealed for another place', (text, path) => withSeal(seals, `${path}x`, withoutSeal(seals, path, text))],
  ['without a seal', (text, path) => withoutSeal(seals, path, text)],
  [
    'of an older form',
    (text, path) => withSeal(seals, path, withoutSeal(seals, path, text).replace('"form":1', '"form":0')),
  ],
])('one that is damaged (%s) is made again from the bytes', async (_name, damage) => {
  const { store, path, text, upload } = await opened();
  await expectRead(store);
  const before = await text();
  await upload(damage(before, `blob ${path}`));
  expect(await store.publications.snapshot(digest)).toEqual({});
  await expectRead(store);
  expect(await text()).toBe(before);
});

test('one that is of another publication says nothing', async () => {
  const { store, path, upload } = await opened();
  const other = makePublication({ ...recipe, changeNumber: 7 });
  const snapshot = { digest: other.publication.digest, bytes: '', catalog: other.catalog, setAside: [] };
  await upload(withSeal(seals, `blob ${path}`, encodeStored(encodeSnapshot(snapshot))));
  expect(await store.publications.snapshot(digest)).toEqual({});
});

test.each([
  ['schema', `"schema":${schema}`, `"schema":${schema + 1}`],
  ['form', '"form":1', '"form":2'],
])('one of a newer version (%s) is left as it is, and the bytes are read', async (_name, own, newer) => {
  const { store, path, text, upload } = await opened();
  await expectRead(store);
  const place = `blob ${path}`;
  const raised = withSeal(seals, place, withoutSeal(seals, place, await text()).replace(own, newer));
  await upload(raised);
  expect(await store.publications.snapshot(digest)).toEqual({ newer: true });
  await expectRead(store);
  expect(await text()).toBe(raised);
});

test('one that cannot be kept fails no reader', async () => {
  const { store } = await opened();
  const lines: string[] = [];
  const publications = {
    bytes: (of: string) => store.publications.bytes(of),
    snapshot: (of: string) => store.publications.snapshot(of),
    putSnapshot: () => Promise.reject(new Error('403')),
  };
  const found = await keptTags({ ...indexContext(store, ['Storage.WestUS'], lines), publications }, { digest, file });
  expect(found.kind).toBe('read');
  expect(lines.join()).toContain('waits for the next reader');
});
