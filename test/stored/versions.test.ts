import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { createBackup } from '../../src/composition-root.ts';
import { openWorld } from '../support/world.ts';
import { foundIn } from './found.ts';
import { keepStored } from './keep-stored.ts';
import { readStored } from './stored-version.ts';

const folder = new URL('../fixtures/stored/', import.meta.url).pathname;
const ofThis = path.join(folder, `${project.version}.ndjson.gz`);
// npm run release:stored. Once a version: what is there was stored by the code of that release, and stays.
if (process.env.KEEP_STORED && !existsSync(ofThis)) await keepStored(ofThis, inject('azurite'));
const versions = readdirSync(folder);

test('the version of package.json has kept what it stores', () => {
  expect(versions).toContain(path.basename(ofThis));
});

test.each(versions)('what %s stored is read, and a run over it writes nothing', async (name) => {
  const { around, backup } = readStored(path.join(folder, name));
  const own = await mkdtemp(path.join(tmpdir(), 'stored-'));
  const publication = path.join(own, 'second.json');
  await writeFile(publication, around.publication);
  const world = await openWorld(inject('azurite'), around.config);
  try {
    world.env.BRANCH = 'a-secret-of-a-device-that-is-long';
    world.set({ publication, now: new Date(Date.parse(around.now) + 6 * 3_600_000).toISOString() });
    await world.seed(around.arm);
    await (await createBackup(world.env)).restore(backup);
    expect(await foundIn(await world.desk())).toEqual(around.found);
    await world.writes();
    const run = await world.run();
    expect(run.status).toBe(around.status);
    expect(await world.writes()).toEqual([]);
    const outcomes = run.targets.flatMap((target) => target.outcomes);
    expect(outcomes.filter(({ result, writes }) => result === 'done' || (writes ?? 0) > 0)).toEqual([]);
    // Nor does it ask or remember anything else.
    expect(await foundIn(await world.desk())).toEqual(around.found);
  } finally {
    await world.close();
    await rm(own, { recursive: true });
  }
});
