import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from '../../src/build/bundle.ts';
import { createContext } from '../../src/composition-root.ts';
import { keptMs } from '../../src/feeds/kept.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { startApp } from './ask-app.ts';

/** What 99 of 100 pulls may take where the process serves already, and requests to Storage a pull. */
const most = { warmP99Ms: 200, storageRequests: 2 };

interface FeedsOptions {
  readonly devices: number;
  /** Seconds over which the devices of a round come, at random. */
  readonly spread: number;
  readonly seed: string;
}

interface Round {
  readonly name: string;
  /** Whether the process has served before: these are held to the limit of time. */
  readonly warm: boolean;
  readonly pulls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Of the app, a pull. */
  readonly cpuMs: number;
  readonly notModified: number;
  /** All of the round, those behind the answers among them, over its pulls. */
  readonly storageRequests: number;
}

interface FeedsBench extends FeedsOptions {
  readonly entries: number;
  /** Processes that wanted to run while it was measured, on average over a minute; of this machine, not of this bench. */
  readonly load: number;
  readonly rounds: readonly Round[];
  readonly good: boolean;
}

interface Asked {
  readonly ms: number;
  readonly status: number;
  readonly etag: string;
}

const secret = 'the secret of every branch';

/** Devices that pull one feed of the built app, which runs in a process of its own. */
export async function benchFeeds(options: FeedsOptions, say: (text: string) => void): Promise<FeedsBench> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-feeds-'));
  const azurite = await startApart(join(scratch, 'storage'));
  const proxy = await startStorageProxy(azurite.connectionString);
  try {
    const { entry } = await build();
    const env = {
      AzureWebJobsStorage: proxy.connectionString,
      SERVICE_TAG_SYNC_CONFIG: await configIn(scratch, options.devices),
      SERVICE_TAG_SYNC_QUEUES: 'bench-feeds',
      SERVICE_TAG_SYNC_SEAL_KEY: 'a-key-that-seals-what-the-bench-stores',
      SERVICE_TAG_SYNC_SERVES: 'feeds',
      BRANCH: secret,
    };
    const entries = await publish({ ...env, SERVICE_TAG_SYNC_SERVES: 'all' }, 0);
    const rounds: Round[] = [];
    const app = await startApp(entry, env);
    const etags = new Map<number, string>();
    const play = async (name: string, warm: boolean, more: Partial<FeedsOptions> = {}) => {
      rounds.push(await playRound({ ...options, ...more }, { name, warm, app, proxy, etags }));
      say(roundText(rounds.at(-1)));
    };
    await play('first pull of a process', false, { devices: 1, spread: 0 });
    await play('the hour after it', false);
    await play('again within a minute', true);
    await publish({ ...env, SERVICE_TAG_SYNC_SERVES: 'all' }, 1);
    await wait(keptMs);
    await play('the next hour, a new list', true);
    await wait(keptMs);
    await play('the next hour, the same list', true);
    await wait(keptMs);
    await play('all at once, the same list', false, { spread: 0 });
    await app.close();
    return { ...options, entries, load: loadavg()[0] ?? 0, rounds, good: rounds.every(isGood) };
  } finally {
    await proxy.close();
    await azurite.close();
    await rm(scratch, { recursive: true });
  }
}

/** The storage emulator in a process of its own: what it writes behind the answers must not hold up the clocks of the devices. */
async function startApart(location: string): Promise<{ readonly connectionString: string; close(): Promise<void> }> {
  const script = `const { startAzurite } = await import(${JSON.stringify(new URL('../../src/local/azurite.ts', import.meta.url).href)});
    const { connectionString } = await startAzurite({ location: ${JSON.stringify(location)} });
    process.send({ connectionString });
    process.on('disconnect', () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ connectionString }] = (await once(child, 'message')) as [{ connectionString: string }];
  return {
    connectionString,
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function configIn(folder: string, count: number): Promise<string> {
  const names = Array.from({ length: count }, (_, i) => nameOf(i));
  const devices = Object.fromEntries(names.map((name) => [name, { secrets: [{ $env: 'BRANCH' }], pullEvery: 2 }]));
  const lists = { pulls: { tags: ['Storage'], families: ['ipv4', 'ipv6'] } };
  const targets = { branches: { kind: 'feed', mode: 'sync', list: 'pulls', name: 'branches', devices } };
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify({ schema: 1, instance: 'bench-feeds', cloud: 'Public', lists, targets }));
  return path;
}

function nameOf(device: number): string {
  return `branch-${device}`;
}

/** Puts a list in place, as long as the global tags of both services together; its number of entries. */
async function publish(env: NodeJS.ProcessEnv, version: number): Promise<number> {
  const { feeds } = await createContext(env, () => {});
  // Its table is there, as infra/ makes it.
  await feeds.notePulls([{ feed: 'f', client: 'c', at: new Date().toISOString() }]);
  const ipv4 = Array.from({ length: 1_100 }, (_, i) => `20.${i >> 7}.${(i & 127) * 2}.0/24`).slice(version);
  const ipv6 = Array.from({ length: 690 }, (_, i) => `2603:1030:${(i * 2).toString(16)}::/48`);
  for (const [family, entries] of [
    ['ipv4', ipv4],
    ['ipv6', ipv6],
  ] as const) {
    const before = await feeds.get('branches', family);
    const list = { feed: 'branches', family, entries, mark: 'bench-feeds/branches', version: `v${version}` };
    await feeds.put(list, before?.version);
  }
  return ipv4.length + ipv6.length;
}

async function playRound(
  { devices, spread, seed }: FeedsOptions,
  of: {
    readonly name: string;
    readonly warm: boolean;
    readonly app: Awaited<ReturnType<typeof startApp>>;
    readonly proxy: StorageProxy;
    readonly etags: Map<number, string>;
  },
): Promise<Round> {
  const { name, warm, app, proxy, etags } = of;
  const [requests, cpu] = [proxy.seen.length, await app.cpu()];
  const asked = await Promise.all(
    Array.from({ length: devices }, async (_, device) => {
      await wait(share(`${seed} ${name} ${device}`) * spread * 1_000);
      const answer = await pull(app.url, device, etags.get(device));
      etags.set(device, answer.etag);
      return answer;
    }),
  );
  const cpuMs = ((await app.cpu()) - cpu) / devices;
  // What is gathered goes out within a second.
  await wait(2_000);
  const times = asked.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
  return {
    name,
    warm,
    pulls: devices,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    longestMs: at(1),
    cpuMs,
    notModified: asked.filter(({ status }) => status === 304).length,
    storageRequests: (proxy.seen.length - requests) / devices,
  };
}

async function pull(url: string, device: number, etag: string | undefined): Promise<Asked> {
  const authorization = `Basic ${Buffer.from(`${nameOf(device)}:${secret}`).toString('base64')}`;
  const start = performance.now();
  const answer = await fetch(`${url}/api/feeds/branches`, {
    headers: { authorization, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
  });
  await answer.arrayBuffer();
  const { status, headers } = answer;
  if (status !== 200 && status !== 304) throw new Error(`${nameOf(device)}: expected 200 or 304, got ${status}`);
  return { ms: performance.now() - start, status, etag: headers.get('etag') ?? '' };
}

/** A number from 0 up to 1 that follows from a text. */
function share(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

function isGood({ warm, p99Ms, storageRequests }: Round): boolean {
  return storageRequests <= most.storageRequests && (!warm || p99Ms < most.warmP99Ms);
}

function roundText(round: Round | undefined): string {
  if (round === undefined) return '';
  const { name, pulls, p50Ms, p99Ms, longestMs, cpuMs, notModified, storageRequests } = round;
  const times = [p50Ms, p99Ms, longestMs].map((ms) => ms.toFixed(0)).join(', ');
  const of = `${pulls} pulls, p50, p99 and longest ${times} ms, ${cpuMs.toFixed(1)} ms of the processor each`;
  return `${name}: ${of}, ${((notModified / pulls) * 100).toFixed(0)} % 304, ${storageRequests.toFixed(3)} requests to Storage each${isGood(round) ? '' : ' TOO MUCH'}`;
}

export function feedsText({ devices, spread, entries, load, rounds, good }: FeedsBench): string {
  return [
    ...rounds.map(roundText),
    `${devices} devices within ${spread} s, a list of ${entries} entries; load ${load.toFixed(1)}`,
    `p99 under ${most.warmP99Ms} ms where the process serves already, at most ${most.storageRequests} requests a pull: ${good ? 'GOOD' : 'NOT GOOD'}`,
  ].join('\n');
}
