import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
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
  expect(first).toMatchObject({ origin: undefined, unsealed: false });
  expect(await first.readArm()).toBeUndefined();
  await first.setOrigin('sample');
  await first.saveArm({ '/subscriptions/1': { location: 'westus' } });
  await first.release();

  const second = await openDataFolder(folder);
  expect(second.keys).toEqual(first.keys);
  expect(second.keys.function).not.toBe(second.keys.admin);
  expect([second.sealKey, second.storageKey]).toEqual([first.sealKey, first.storageKey]);
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

/** Modes of a folder and everything in it, by path. */
async function modesOf(folder: string): Promise<Record<string, string>> {
  const names = ['', ...(await readdir(folder, { recursive: true }))];
  const modes = names.map(async (name) => [name, (await stat(path.join(folder, name))).mode & 0o777] as const);
  return Object.fromEntries((await Promise.all(modes)).map(([name, mode]) => [name, mode.toString(8)]));
}

test('a new folder and all that is written to it are for their owner alone', async () => {
  const mask = process.umask(0o002);
  const folder = await openDataFolder(path.join(place, 'new'));
  await folder.saveArm({});
  process.umask(mask);
  expect(await modesOf(folder.path)).toEqual({
    ...{ '': '700', 'folder.json': '600', 'arm.json': '600', lock: '600', 'function-key.header': '600' },
  });
  expect(await readFile(folder.keyHeader, 'utf8')).toBe(`x-functions-key: ${folder.keys.function}\n`);
  expect(folder.keys.function.length).toBeGreaterThan(40);
  await folder.release();
});

/** A folder as earlier versions left it. */
async function open755(...more: readonly string[]): Promise<string> {
  const folder = path.join(place, 'earlier');
  await mkdir(path.join(folder, 'storage', 'blob-extents'), { recursive: true });
  await mkdir(path.join(folder, 'sample'));
  const keys = { function: 'f', admin: 'a' };
  await writeFile(path.join(folder, 'folder.json'), JSON.stringify({ schema: 1, keys }));
  for (const name of ['arm.json', 'storage/blob.json', 'storage/blob-extents/1', 'sample/S.json', ...more]) {
    await writeFile(path.join(folder, name), '');
  }
  for (const name of Object.keys(await modesOf(folder))) {
    const entry = path.join(folder, name);
    await chmod(entry, (await stat(entry)).isDirectory() ? 0o755 : 0o644);
  }
  return folder;
}

test('a folder that others can read is closed to them, with all that is in it; what a link leads to is left', async () => {
  const given = await open755();
  const elsewhere = path.join(place, 'elsewhere');
  await writeFile(elsewhere, '', { mode: 0o644 });
  await symlink(elsewhere, path.join(given, 'connection.json'));
  const folder = await openDataFolder(given);
  const { 'connection.json': _, ...modes } = await modesOf(given);
  expect(modes).toEqual({
    ...{ '': '700', storage: '700', 'storage/blob-extents': '700', sample: '700', lock: '600' },
    ...{ 'folder.json': '600', 'arm.json': '600', 'function-key.header': '600' },
    ...{ 'storage/blob.json': '600', 'storage/blob-extents/1': '600', 'sample/S.json': '600' },
  });
  expect((await stat(elsewhere)).mode & 0o777).toBe(0o644);
  await folder.release();
});

test.each([
  ['775', 'expected a folder that its owner alone can write to, got mode 775'],
  ['707', 'got mode 707'],
])('a folder with mode %s is refused: what is in it may be of others', async (mode, words) => {
  const given = await open755();
  await chmod(given, Number.parseInt(mode, 8));
  const before = await modesOf(given);
  await expect(openDataFolder(given)).rejects.toThrow(UsageError);
  await expect(openDataFolder(given)).rejects.toThrow(words);
  await expect(openDataFolder(given)).rejects.toThrow(`chmod 700 ${given}`);
  expect(await modesOf(given)).toEqual(before);
});

test('a folder that has other things than ours keeps its mode: it is refused until a person closes it', async () => {
  const given = await open755('run.sh');
  const before = await modesOf(given);
  await expect(openDataFolder(given)).rejects.toThrow('got mode 755 and run.sh in it');
  expect(await modesOf(given)).toEqual(before);
  await chmod(given, 0o700);
  await (await openDataFolder(given)).release();
  expect(await modesOf(given)).toMatchObject({ 'run.sh': '644', 'folder.json': '600' });
});

test.runIf(process.getuid?.() === 0)('a folder of another user is refused', async () => {
  await chown(place, 4711, 4711);
  await expect(openDataFolder(place)).rejects.toThrow(
    /got one of user id 4711\. Give another one, or start as its owner/,
  );
});

test('a folder of an earlier version gets a seal key, which stays, and keeps what it has', async () => {
  const keys = { function: 'f', admin: 'a' };
  await writeFile(path.join(place, 'folder.json'), JSON.stringify({ schema: 1, keys, origin: 'real' }));
  const first = await openDataFolder(place);
  expect(first).toMatchObject({ keys, origin: 'real', sealKey: expect.stringMatching(/^.{44}$/), unsealed: true });
  await first.release();
  const second = await openDataFolder(place);
  expect(second).toMatchObject({ keys, origin: 'real', sealKey: first.sealKey, unsealed: true });
  await second.setSealed();
  await second.release();
  const third = await openDataFolder(place);
  expect(third).toMatchObject({ keys, sealKey: first.sealKey, unsealed: false });
  await third.release();
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
  await expect(openDataFolder(given)).rejects.toThrow(`Cannot use ${given}`);
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
