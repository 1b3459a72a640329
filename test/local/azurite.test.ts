import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAzurite } from '../../src/local/azurite.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { sampleIntent, samplePlan } from '../support/samples.ts';

let location: string;
beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'azurite-'));
});
afterEach(() => rm(location, { recursive: true, force: true }));

test('what was written is there after a close and a new start', async () => {
  const first = await startAzurite({ location: join(location, 'made', 'here') });
  const store = await openTestStore({ connectionString: first.connectionString, instance: 'i' });
  await store.ensure();
  await store.runs.record(sampleIntent('r'), [samplePlan('east')]);
  await store.publications.put(
    { digest: 'd', file: 'f', firstSeen: '2024-01-15', status: 'refused', reasons: [] },
    Buffer.from('bytes'),
  );
  await first.close();

  const second = await startAzurite({ location: join(location, 'made', 'here') });
  const again = await openTestStore({ connectionString: second.connectionString, instance: 'i' });
  expect((await again.runs.open())?.intent).toEqual(sampleIntent('r'));
  expect(Buffer.from((await again.publications.bytes('d')) ?? []).toString()).toBe('bytes');
  await second.close();
});

test('two in one process keep apart, and a port that is taken is an error', async () => {
  const [a, b] = await Promise.all([startAzurite({}), startAzurite({})]);
  const store = await openTestStore({ connectionString: a.connectionString, instance: 'i' });
  await store.ensure();
  await store.runs.nextGeneration();
  const other = await openTestStore({ connectionString: b.connectionString, instance: 'i' });
  await expect(other.runs.nextGeneration()).rejects.toMatchObject({ statusCode: 404 });
  const tablePort = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(a.connectionString)?.[1]);
  await expect(startAzurite({ tablePort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await Promise.all([a.close(), b.close()]);
});

test('as a command it prints where it is, and has everything on disk when it ends', async () => {
  const start = async () => {
    const main = new URL('../../src/local/azurite.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, '--location', location], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { connectionString } = JSON.parse(line) as { connectionString: string };
    const stop = async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
    };
    return { store: await openTestStore({ connectionString, instance: 'i' }), stop };
  };
  const first = await start();
  await first.store.ensure();
  await first.store.runs.record(sampleIntent('r'), []);
  await first.stop();
  const second = await start();
  expect((await second.store.runs.open())?.intent).toEqual(sampleIntent('r'));
  await second.stop();
});
