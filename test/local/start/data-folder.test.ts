import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { readConnection } from '../../../src/local/start/connection.ts';
import { openDataFolder } from '../../../src/local/start/data-folder.ts';
import { startCommand } from '../../../src/local/start/options.ts';

let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'data-folder-'));
});

afterEach(() => rm(place, { recursive: true }));

test('a folder keeps its keys, its origin and the simulated ARM', async () => {
  const folder = path.join(place, 'new', 'state');
  const first = await openDataFolder(folder);
  expect(first.origin).toBeUndefined();
  expect(await first.readArm()).toBeUndefined();
  await first.setOrigin('sample');
  await first.saveArm({ '/subscriptions/1': { location: 'westus' } });
  await first.release();

  const second = await openDataFolder(folder);
  expect(second.keys).toEqual(first.keys);
  expect(second.keys.function).not.toBe(second.keys.admin);
  expect(second.sealKey).toBe(first.sealKey);
  expect(Buffer.from(first.sealKey, 'base64')).toHaveLength(32);
  expect(second.origin).toBe('sample');
  expect(await second.readArm()).toEqual({ '/subscriptions/1': { location: 'westus' } });
  await second.release();
});

test('a folder remembers its config, and who asks for its service is told to start it with that one', async () => {
  await expect(readConnection(place)).rejects.toThrow(/is up over .*Start it: npm start -- --data \S+$/);
  const folder = await openDataFolder(place);
  expect(folder.config).toBeUndefined();
  await folder.setOrigin('sample');
  const config = { file: path.join(place, 'own.json'), instance: 'one', cloud: 'Public' };
  await folder.setConfig(config);
  await folder.release();
  await expect(readConnection(place)).rejects.toThrow(`npm start -- --data ${place} --config ${config.file}`);
  const again = await openDataFolder(place);
  expect(again).toMatchObject({ config, origin: 'sample', keys: folder.keys });
  await again.release();
});

test('a config below the working folder is named from there, and a folder that is absent is said to be', async () => {
  expect(startCommand('./state', path.resolve('own.json'))).toBe('npm start -- --data ./state --config own.json');
  const absent = path.join(place, 'absent');
  await expect(readConnection(absent)).rejects.toThrow(`There is no folder ${absent}`);
  await expect(readConnection(absent)).rejects.toThrow(UsageError);
});

test('keys are readable for their owner only', async () => {
  const folder = await openDataFolder(place);
  expect((await stat(path.join(place, 'folder.json'))).mode & 0o077).toBe(0);
  expect(folder.keys.function.length).toBeGreaterThan(40);
  await folder.release();
});

test('a folder of an earlier version gets a seal key, which stays, and keeps what it has', async () => {
  const keys = { function: 'f', admin: 'a' };
  await writeFile(path.join(place, 'folder.json'), JSON.stringify({ schema: 1, keys, origin: 'real' }));
  const first = await openDataFolder(place);
  expect(first).toMatchObject({ keys, origin: 'real', sealKey: expect.stringMatching(/^.{44}$/) });
  await first.release();
  const second = await openDataFolder(place);
  expect(second).toMatchObject({ keys, origin: 'real', sealKey: first.sealKey });
  await second.release();
});

test('a folder that another process uses is refused, by its process id', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await writeFile(path.join(place, 'lock'), `${other.pid}\n`);
  await expect(openDataFolder(place)).rejects.toThrow(new RegExp(`in use by process ${other.pid}`));
  other.kill('SIGKILL');
  await new Promise((resolve) => other.once('exit', resolve));
  // Killed: what it left is taken over.
  await (await openDataFolder(place)).release();
  expect(existsSync(path.join(place, 'lock'))).toBe(false);
});

test('what a newer version stored is refused', async () => {
  await writeFile(path.join(place, 'folder.json'), '{"schema": 2}');
  await expect(openDataFolder(place)).rejects.toThrow(/newer version/);
});

test('a file is no folder', async () => {
  const file = path.join(place, 'file');
  await writeFile(file, '');
  for (const given of [file, path.join(file, 'below')]) {
    await expect(openDataFolder(given)).rejects.toThrow(UsageError);
    await expect(openDataFolder(given)).rejects.toThrow('another one with --data');
    await expect(readConnection(given)).rejects.toThrow(UsageError);
  }
  expect(await readFile(file, 'utf8')).toBe('');
});

test('what stands in the way is told as the system says it', async () => {
  const file = path.join(place, 'file');
  await writeFile(file, '');
  await expect(openDataFolder(path.join(file, 'below'))).rejects.toThrow(/ENOTDIR/);
});

// The system says of /proc that it is there, and that nothing below it can be made because it is absent.
test.each(['/proc/x', '/proc/x/y', '/proc'])('%s, where nothing can be written, is refused at once', async (given) => {
  await expect(openDataFolder(given)).rejects.toThrow(UsageError);
  await expect(openDataFolder(given)).rejects.toThrow(`Cannot use ${given} as data folder`);
});

test('a damaged file in the folder is named', async () => {
  await writeFile(path.join(place, 'folder.json'), '{"schema": 1');
  await expect(openDataFolder(place)).rejects.toThrow(/folder\.json is damaged/);
});

test('without a name it is temporary and gone when released', async () => {
  const folder = await openDataFolder(undefined);
  expect(folder.kept).toBe(false);
  expect(existsSync(folder.path)).toBe(true);
  await folder.release();
  expect(existsSync(folder.path)).toBe(false);
});
