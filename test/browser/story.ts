import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../src/build/bundle.ts';
import { signInLink } from '../../src/run/page-key.ts';
import { writeSample } from '../../src/simulator/sample/generate.ts';
import { havePublications, publicPublications } from '../support/real-publications.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = (list: string, name: string, approval: object) => ({
  kind: 'ip-group',
  mode: 'sync',
  list,
  ...place,
  name,
  location: 'westeurope',
  approval,
});

/** A hub that takes additions by itself, two groups that ask before each, and a feed. */
const configOf = (struck: string) => ({
  lists: {
    west: { tags: [`AzureContainerRegistry.${struck}`, `Storage.${struck}`] },
    europe: { tags: ['AzureContainerRegistry.WestEurope', 'Storage.WestEurope'] },
  },
  targets: {
    hub: group('west', 'acr-west', { remove: 'always' }),
    spoke: group('europe', 'acr-europe', { add: 'always', remove: 'always' }),
    test: group('europe', 'acr-test', { add: 'always', remove: 'always' }),
    branches: { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
  },
});

/** The built app after the weeks of an incident, with its page. */
export interface Story {
  readonly world: World;
  readonly url: string;
  /** Opens the page for 30 minutes. */
  readonly link: string;
  /** The region that lost ranges. */
  readonly struck: string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const pageKey = 'a key of the page with many characters';

/** Plays December 2023 to February 2024 of the real files, or the sample's weeks where there are none. */
export async function openStory(connectionString: string, named: { readonly instance?: string } = {}): Promise<Story> {
  const folder = await mkdtemp(path.join(tmpdir(), 'page-'));
  const files = havePublications
    ? publicPublications('20231211', '20240205')
    : await writeSample(folder, { cloud: 'Public', end: new Date('2024-02-06') });
  const struck = 'WestUS';
  const world = await openWorld(connectionString, { ...configOf(struck), ...named });
  Object.assign(world.env, { FEED_KEY: 'the key of the feed', SERVICE_TAG_SYNC_PAGE_KEY: pageKey });
  for (const file of files) {
    const date = /(\d{4})(\d{2})(\d{2})\.json$/.exec(file)?.slice(1).join('-');
    world.set({ publication: file, now: `${date}T12:00:00Z` });
    await world.run();
  }
  // Sizes over time are derived by housekeeping.
  await (await world.service()).runMaintenance();
  const { entry } = await build();
  const child = fork(path.join(root, 'test/support/app-process.ts'), [entry], {
    env: { ...process.env, ...world.env },
  });
  const url = await answers(child);
  return {
    world,
    url,
    link: signInLink(url, pageKey, new Date(), 'on call'),
    struck,
    async close() {
      child.disconnect();
      await once(child, 'exit');
      await world.close();
      await rm(folder, { recursive: true });
    },
  };
}

function answers(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
    child.on('message', (message: { url?: string }) => message.url !== undefined && resolve(message.url));
  });
}
