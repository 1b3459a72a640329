import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWebServer } from '../../support/web-server.ts';
import type { PlacedFile, SourceFixture, SourcePlace } from './fixture.ts';

/** A folder on disk; `pathOf` says which path of it the source is told. */
async function diskPlace(pathOf: (folder: string) => string, nameOf: (name: string) => string): Promise<SourcePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'source-contract-'));
  const empty = async () => {
    await rm(folder, { recursive: true, force: true });
  };
  return {
    config: { path: pathOf(folder) },
    async put(files) {
      for (const { name, content } of files) {
        const file = join(folder, nameOf(name));
        await writeFile(file, typeof content === 'string' ? content : '');
        if (typeof content === 'number') await truncate(file, content);
      }
    },
    break: empty,
    close: empty,
  };
}

/** A details page that lists the files, and nothing beside it. */
async function downloadPlace(maxMegabytes: number): Promise<SourcePlace> {
  const server = await startWebServer();
  const pathOf = (name: string) => `/download/A/${name}`;
  // The address of the newest file: nothing is asked for beside what the page lists.
  const latest = `${server.origin}${pathOf('ServiceTags_Public_20240129.json')}`;
  const bodyOf = ({ content }: PlacedFile) => (typeof content === 'string' ? content : '{'.padEnd(content));
  return {
    config: {
      detailsPage: `${server.origin}/details`,
      latest,
      origins: [server.origin],
      attempts: 1,
      attemptSeconds: 5,
      mostMegabytes: maxMegabytes,
    },
    async put(files) {
      const links = files.map(({ name }) => `<a href="${server.origin}${pathOf(name)}">download</a>`);
      server.answer('/details', { body: `<!doctype html><title>Download</title>${links.join('')}` });
      for (const file of files) server.answer(pathOf(file.name), { body: bodyOf(file) });
    },
    async break() {
      server.answer('/details', { status: 503 });
      server.answer(new URL(latest).pathname, { how: 'cut', body: '{"changeNumber": 1' });
    },
    close: () => server.close(),
  };
}

const maxOnDisk = 64e6;

export const sourceFixtures: readonly SourceFixture[] = [
  { kind: 'download-centre', offers: 'all', mostBytes: 1e6, open: () => downloadPlace(1) },
  {
    kind: 'file',
    offers: 'one',
    mostBytes: maxOnDisk,
    // The newest of the files is the one that the config names.
    open: () =>
      diskPlace(
        (folder) => join(folder, 'ServiceTags_Public_20240129.json'),
        (name) => name,
      ),
  },
  {
    kind: 'folder',
    offers: 'all',
    mostBytes: maxOnDisk,
    open: () =>
      diskPlace(
        (folder) => folder,
        (name) => name,
      ),
  },
  {
    kind: 'sample',
    offers: 'all',
    mostBytes: maxOnDisk,
    open: () =>
      diskPlace(
        (folder) => folder,
        (name) => name,
      ),
  },
];
