import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { alignProxySettings } from '../../network/proxy-settings.ts';
import type { DryRun, RequestedRun, RunView } from '../../run/service.ts';
import { configOfFolder } from './data-folder.ts';
import { startCommand } from './options.ts';

/** Settings by which another process on this machine reaches a local service while it is up. */
type Connection = Readonly<Record<string, string>>;

interface Stored {
  readonly schema: 1;
  readonly pid: number;
  readonly settings: Connection;
}

const addressSetting = 'SERVICE_TAG_SYNC_LOCAL_URL';

/** Keeps the settings in a data folder, for readConnection(). Only its owner may read the file. */
export async function keepConnection(folder: string, settings: Connection): Promise<void> {
  const stored: Stored = { schema: 1, pid: process.pid, settings };
  await writeFile(fileIn(folder), `${JSON.stringify(stored)}\n`, { mode: 0o600 });
}

/** Adds what the service takes publications from now, and its clock, so that what is asked from elsewhere sees what it sees. */
export async function keepSource(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { SERVICE_TAG_SYNC_PUBLICATION: file, SERVICE_TAG_SYNC_PUBLICATION_VIA: via } = env;
  const { SERVICE_TAG_SYNC_CLOCK_BEHIND: behind } = env;
  if (file === undefined) return;
  const source = {
    SERVICE_TAG_SYNC_PUBLICATION: file,
    ...(via === undefined ? {} : { SERVICE_TAG_SYNC_PUBLICATION_VIA: via }),
    ...(behind === undefined ? {} : { SERVICE_TAG_SYNC_CLOCK_BEHIND: behind }),
  };
  await keepConnection(folder, { ...(await readConnection(folder)), ...source });
}

/** Adds where the service answers, for pageOf(). */
export async function keepAddress(folder: string, url: string): Promise<void> {
  await keepConnection(folder, { ...(await readConnection(folder)), [addressSetting]: url });
}

/** Where the page of the local service over a data folder is, and the key that opens it. Throws UsageError if none is up. */
export async function pageOf(folder: string): Promise<{ readonly url: string; readonly key: string }> {
  const { [addressSetting]: url, SERVICE_TAG_SYNC_PAGE_KEY: key } = await readConnection(folder);
  if (url !== undefined && key !== undefined) return { url, key };
  throw new UsageError(`The local service over ${path.resolve(folder)} is still starting. Try again in a moment.`);
}

export async function dropConnection(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}

/** Settings of the local service that is up over a data folder. Throws UsageError if there is none. */
export async function readConnection(folder: string): Promise<Connection> {
  let text: string;
  try {
    text = await readFile(fileIn(folder), 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') throw await nobodyUp(folder);
    if (error.code === 'ENOTDIR') throw new UsageError(`expected a folder in --data, got ${folder}, which is none`);
    throw new UsageError(
      `Cannot read ${fileIn(folder)} (${error.code}). Correct --data, or ask as the user that started the service.`,
    );
  }
  const stored = JSON.parse(text) as Stored;
  if (stored.schema !== 1) throw new UsageError(`${fileIn(folder)} was written by a newer version. Use that version.`);
  if (!isUp(stored.pid)) throw await nobodyUp(folder);
  alignProxySettings();
  return stored.settings;
}

/** Another config over the state there would be another service: the hint names the one that it ran with. */
async function nobodyUp(folder: string): Promise<UsageError> {
  const full = path.resolve(folder);
  if (!existsSync(full)) {
    return new UsageError(`There is no folder ${full}. Give the one in --data that the service was started with.`);
  }
  const command = startCommand(folder, (await configOfFolder(full))?.file);
  return new UsageError(`No local service is up over ${full}. Start it: ${command}`);
}

function fileIn(folder: string): string {
  return path.join(folder, 'connection.json');
}

/** The file of a process that was killed stays behind. */
function isUp(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ESRCH') throw error;
    return code === 'EPERM';
  }
}

/** The API of the functions in this process, over HTTP and with a key like any other caller. */
export interface LocalApi {
  requestRun(): Promise<RequestedRun>;
  dryRun(): Promise<DryRun>;
  run(id: string): Promise<RunView>;
}

/** Every method throws an Error with the text of the problem in the answer. */
export function openLocalApi(url: string, key: string): LocalApi {
  async function ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${url}/api${path}`, {
      headers: { 'x-functions-key': key },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new Error(problemOf(text) ?? `${path} answered ${response.status}; the log says why`);
  }
  return {
    requestRun: () => ask('/runs', {}) as Promise<RequestedRun>,
    dryRun: () => ask('/runs', { dryRun: true }) as Promise<DryRun>,
    run: (id) => ask(`/runs/${encodeURIComponent(id)}`) as Promise<RunView>,
  };
}

function problemOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  const { detail, next } = JSON.parse(text) as { detail?: string; next?: string };
  return [detail, next].filter(Boolean).join(' ') || undefined;
}
