import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { newAccountKey } from '../azurite.ts';
import type { Keys } from '../host/http.ts';
import { openPrivateFolder } from '../private-folder.ts';

/** Whether the state in a folder came from real publications or from the sample: never from both. */
export type Origin = 'real' | 'sample';

/** The config whose service a folder holds the state of. */
export interface FolderConfig {
  /** Absolute path. */
  readonly file: string;
  readonly instance: string;
  readonly cloud: string;
}

/**
 * The file with the function key, as the header of a request: `curl -H @FILE` reads it there, while a key on the command line
 * of curl is seen by every user of the machine.
 */
const keyHeader = 'function-key.header';

/** Where a local service keeps what outlives it. */
export interface DataFolder {
  readonly path: string;
  /** False: gone with the process. */
  readonly kept: boolean;
  readonly keys: Keys;
  /** Absolute path of a file with the function key as a header, for `curl -H @FILE`. */
  readonly keyHeader: string;
  /** Key of the embedded storage account, base64. */
  readonly storageKey: string;
  /** What the service seals its stored state with: the same at each start, or that state would count as forged. */
  readonly sealKey: string;
  /** Whether it has state of a version that sealed nothing. */
  readonly unsealed: boolean;
  setSealed(): Promise<void>;
  /** What its state came from; undefined while it has seen nothing. */
  readonly origin: Origin | undefined;
  setOrigin(origin: Origin): Promise<void>;
  /** The config it ran with last; undefined before the first time. */
  readonly config: FolderConfig | undefined;
  setConfig(config: FolderConfig): Promise<void>;
  /** Resources of the simulated ARM as saved last; undefined before the first time. */
  readArm(): Promise<Readonly<Record<string, unknown>> | undefined>;
  saveArm(resources: Readonly<Record<string, unknown>>): Promise<void>;
  /** Lets another process use it; a folder that is not kept is removed. */
  release(): Promise<void>;
}

interface Marker {
  readonly schema: 1;
  readonly keys: Keys;
  readonly sealKey: string;
  readonly storageKey: string;
  readonly unsealed?: true;
  readonly origin?: Origin;
  readonly config?: FolderConfig;
}

/** What a data folder has, each with the name under which it is written first. */
const entries = ['folder.json', 'arm.json', 'connection.json', keyHeader, 'lock', 'sample', 'storage'].flatMap(
  (name) => [name, `${name}.new`],
);

/** Opens a folder, made if missing, or a temporary one. Throws UsageError if another process uses it. */
export async function openDataFolder(given: string | undefined): Promise<DataFolder> {
  const kept = given !== undefined;
  const folder = kept ? path.resolve(given) : await mkdtemp(path.join(tmpdir(), 'service-tag-sync-'));
  const markerFile = markerIn(folder);
  const armFile = path.join(folder, 'arm.json');
  const keyHeaderFile = path.join(folder, keyHeader);
  const lockFile = path.join(folder, 'lock');
  let marker: Marker;
  try {
    await openPrivateFolder(folder, entries);
    await lock(lockFile, folder);
    const found = (await readStored(markerFile)) as Partial<Marker> | undefined;
    marker = {
      schema: 1,
      keys: newKeys(),
      sealKey: randomBytes(32).toString('base64'),
      storageKey: newAccountKey(),
      ...found,
    };
    // A folder of an earlier version lacks some of them. That its state has no seals is kept until it has some.
    if (found !== undefined && found.sealKey === undefined) marker = { ...marker, unsealed: true };
    if (found?.sealKey === undefined || found.storageKey === undefined) await store(markerFile, marker);
    await writeFile(keyHeaderFile, `x-functions-key: ${marker.keys.function}\n`, { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `Cannot use ${folder} as data folder: expected one that can be made and written to, got ${error.message}. Give another one with --data.`,
    );
  }
  return {
    path: folder,
    kept,
    keys: marker.keys,
    keyHeader: keyHeaderFile,
    storageKey: marker.storageKey,
    sealKey: marker.sealKey,
    get unsealed() {
      return marker.unsealed ?? false;
    },
    async setSealed() {
      const { unsealed: _, ...sealed } = marker;
      marker = sealed;
      await store(markerFile, marker);
    },
    get origin() {
      return marker.origin;
    },
    async setOrigin(origin) {
      if (marker.origin === origin) return;
      marker = { ...marker, origin };
      await store(markerFile, marker);
    },
    get config() {
      return marker.config;
    },
    async setConfig(config) {
      marker = { ...marker, config };
      await store(markerFile, marker);
    },
    async readArm() {
      const saved = (await readStored(armFile)) as { resources: Record<string, unknown> } | undefined;
      return saved?.resources;
    },
    saveArm: (resources) => store(armFile, { schema: 1, resources }),
    release: () => (kept ? rm(lockFile, { force: true }) : rm(folder, { recursive: true, force: true })),
  };
}

/** The config that a folder ran with last, also while no process has it open; undefined if it never ran. */
export async function configOfFolder(folder: string): Promise<FolderConfig | undefined> {
  return ((await readStored(markerIn(folder))) as Marker | undefined)?.config;
}

function markerIn(folder: string): string {
  return path.join(folder, 'folder.json');
}

/** Two processes on one folder would each overwrite what the other stored. */
async function lock(file: string, folder: string): Promise<void> {
  try {
    await writeFile(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const pid = Number(await readFile(file, 'utf8'));
    if (isRunning(pid)) {
      throw new UsageError(
        `${folder} is in use by process ${pid}. Stop that one first, or give another folder with --data; if it is another program, remove ${file}.`,
      );
    }
    // Left by a process that was killed.
    await writeFile(file, `${process.pid}\n`);
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ESRCH') throw error;
    // EPERM: the process exists and belongs to another user.
    return code === 'EPERM';
  }
}

async function readStored(file: string): Promise<{ readonly schema: 1 } | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const stored = readJson(file, text);
  if (typeof stored === 'object' && stored !== null && 'schema' in stored && stored.schema === 1)
    return stored as never;
  throw new UsageError(`${file} was written by a newer version. Use that version, or another folder with --data.`);
}

function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${file} is damaged: expected JSON. Restore it, or give another folder with --data.`);
  }
}

/** Written beside and renamed: a process that is killed leaves the old content or the new, never half of it. */
async function store(file: string, value: object): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function newKeys(): Keys {
  const key = (): string => randomBytes(32).toString('base64url');
  return { function: key(), admin: key() };
}
