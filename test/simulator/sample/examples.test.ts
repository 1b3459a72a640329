import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { Ledger } from '../../../src/core/judge/ledger.ts';
import { reportRun } from '../../../src/local/start/report.ts';
import { seedsFor } from '../../../src/local/start/servers.ts';
import { writeSample } from '../../../src/simulator/sample/generate.ts';
import { openTestStore } from '../../support/open-test-store.ts';
import { openWorld, type World } from '../../support/world.ts';

// What a newcomer tries first: `npm start -- --once --config docs/examples/X.json` on a machine without a network. Every
// example that the project gives is to do something over the sample, and nothing in it to be refused.

const root = new URL('../../../', import.meta.url);
const examples = (await readdir(new URL('docs/examples/', root)))
  .filter((name) => name.endsWith('.json'))
  .map((name) => `docs/examples/${name}`);

let folder: string;
let publications: readonly string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-examples-'));
  publications = await writeSample(folder, { end: new Date('2030-01-15T00:00:00Z'), quiet: true });
});
afterAll(() => rm(folder, { recursive: true }));

async function ledgerOf({ env }: World): Promise<Ledger | undefined> {
  const { SERVICE_TAG_SYNC_QUEUES: instance = '', AzureWebJobsStorage: connectionString = '' } = env;
  const store = await openTestStore({ instance, connectionString, queuePrefix: instance });
  return (await store.ledgers.current())?.ledger;
}

test.each([...examples, 'service-tag-sync.example.json'])('%s can be tried on the sample', async (file) => {
  const given = new URL(file, root);
  const { config } = await loadConfig(given.pathname, () => new Date('2030-01-15T00:00:00Z'));
  const { instance: _, ...rest } = parse(await readFile(given, 'utf8'), [], { allowTrailingComma: true });
  const world = await openWorld(inject('azurite'), rest);
  try {
    await world.seed(seedsFor(config));
    const runs = [];
    // As `npm start` does: at the date of the file, midnight. The first and the last tell enough.
    for (const week of [0, publications.length - 1]) {
      const now = new Date(Date.UTC(2029, 11, 24 + 7 * week)).toISOString();
      world.set({ publication: publications[week] ?? '', now });
      runs.push(await world.run());
    }
    expect(runs.flatMap(({ targets }) => targets.map(({ id, status }) => `${id} ${status}`))).not.toContainEqual(
      expect.stringMatching(/failed|refused|waiting/),
    );
    // From nothing to a list, and a change later on: there is something to see.
    expect([runs[0]?.status, runs.at(-1)?.status]).toEqual(['applied', 'applied']);
    const [last] = runs.slice(-1);
    const report = last && reportRun(last, { config, ledger: await ledgerOf(world), targets: [] });
    // Also where the tags follow from a registry.
    expect(report).toMatch(/^\w+\.WestEurope +\d/m);
  } finally {
    await world.close();
  }
});
