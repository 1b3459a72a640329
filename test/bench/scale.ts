import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import host from '../../host.json' with { type: 'json' };
import worker from '../../infra/worker.json' with { type: 'json' };
import { build } from '../../src/build/bundle.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';

const latencyMs = 50;
const operationMs = 2_000;
/** Of ARM per principal, subscription and region, documented: a bucket, and what flows into it a second. */
const buckets = { writes: { size: 200, perSecond: 10 }, reads: { size: 250, perSecond: 25 } };
/** What selecting may take, for 1,000 lists and as many targets too. */
const maxSelectMs = 50;
/** Targets a subscription: nobody has a thousand firewalls in one. */
const targetsPerSubscription = 100;
const megabyte = 1024 * 1024;
/** Messages of one queue that a host works on at once. */
const parallel = host.extensions.queues.batchSize + host.extensions.queues.newBatchThreshold;

interface Bound {
  readonly seconds: number;
  readonly formula: string;
}

interface ScaleResult {
  readonly targets: number;
  readonly lanes: number;
  /** From the request for the run to its close. */
  readonly wallSeconds: number;
  /** Of it, from the request to the recorded intent. */
  readonly intentSeconds: number;
  /** Of that, to resolve and select the lists, as many as there are targets. */
  readonly selectMs: number;
  readonly bound: Bound;
  readonly timesBound: number;
  /** Requests to ARM in the run that changes everything. Polls are looks at operations; the rest are resources. */
  readonly reads: number;
  readonly polls: number;
  readonly writes: number;
  readonly readsPerChanged: Readonly<Record<string, number>>;
  /** The same in a second run, which changes nothing. */
  readonly readsPerUnchanged: number;
  readonly writesUnchanged: number;
  readonly unchangedSeconds: number;
  /** Highest resident memory of the service's process. */
  readonly serviceMiB: number;
  readonly status: string;
  readonly good: boolean;
}

interface Planned {
  readonly config: Record<string, object>;
  readonly resources: Record<string, object>;
}

/**
 * One run that fills `count` new targets of mixed kinds, each with its own list, and one that finds nothing to do. Storage
 * emulator and ARM are in this process, the service in another one under the local host, with the queues of host.json.
 */
export async function benchScale(count: number): Promise<ScaleResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-scale-'));
  const arm = await startSimulatedArm({ latencyMs, operationMs, throttle: true, pageSize: 100 });
  const azurite = await startAzurite({});
  const publication = join(folder, 'ServiceTags_Public_20240101.json');
  const configFile = join(folder, 'config.json');
  const { config, resources } = targetsOf(count);
  await writeFile(publication, generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n', leastBytes: 4_000_000 }));
  await writeFile(configFile, JSON.stringify(config));
  const { entry } = await build({ outdir: join(folder, 'functions') });
  await control(arm.url, 'PUT', 'resources', resources);
  const service = fork(fileURLToPath(new URL('./scale-service.ts', import.meta.url)), [entry], {
    // As it is deployed: without these limits V8 lets garbage lie, and malloc keeps what big buffers leave, while there is room.
    execArgv: worker.arguments,
    env: {
      ...process.env,
      ...worker.settings,
      AzureWebJobsStorage: azurite.connectionString,
      SERVICE_TAG_SYNC_CONFIG: configFile,
      SERVICE_TAG_SYNC_ARM: arm.url,
      SERVICE_TAG_SYNC_QUEUES: 'bench',
      SERVICE_TAG_SYNC_PUBLICATION: publication,
      SERVICE_TAG_SYNC_NOW: '2024-01-02T00:00:00Z',
    },
  });
  try {
    const { url } = (await told(service, 'url')) as { url: string };
    const changing = await run(service, url, arm.url);
    const unchanged = await run(service, url, arm.url);
    const asked = told(service, 'rss');
    service.send('memory');
    const { rss } = (await asked) as { rss: number };
    const bound = boundOf(count, parallel);
    const wallSeconds = changing.seconds;
    const readsPerChanged = changing.perKind;
    const serviceMiB = Math.round(rss / megabyte);
    const timesBound = round(wallSeconds / bound.seconds);
    return {
      targets: count,
      lanes: lanesOf(count),
      wallSeconds: round(wallSeconds),
      intentSeconds: round(changing.intentSeconds),
      selectMs: round(changing.selectMs),
      bound,
      timesBound,
      reads: changing.reads,
      polls: changing.polls,
      writes: changing.writes,
      readsPerChanged,
      readsPerUnchanged: round(unchanged.reads / Math.max(1, armTargets(count))),
      writesUnchanged: unchanged.writes,
      unchangedSeconds: round(unchanged.seconds),
      serviceMiB,
      status: changing.status,
      good:
        changing.status === 'applied' &&
        unchanged.status === 'no-change' &&
        unchanged.writes === 0 &&
        Object.entries(readsPerChanged).every(([kind, reads]) => reads <= maxReads[kind as Kind]) &&
        serviceMiB < 250 &&
        changing.selectMs < maxSelectMs &&
        (count < 1000 || timesBound <= 1.5),
    };
  } finally {
    service.send('stop');
    service.kill();
    await Promise.all([arm.close(), azurite.close()]);
    await rm(folder, { recursive: true });
  }
}

/** The result as a person reads it. */
export function scaleText(result: ScaleResult): string {
  const { targets, lanes, wallSeconds, bound, timesBound, reads, polls, writes, serviceMiB } = result;
  const perKind = Object.entries(result.readsPerChanged).map(([kind, of]) => `${kind} ${of}`);
  return [
    `${targets} targets in ${lanes} lanes: ${wallSeconds} s (intent after ${result.intentSeconds} s, of it ${result.selectMs} ms to select ${targets} lists), ${timesBound} times the bound of ${bound.seconds} s${result.good ? '' : '  NOT GOOD'}`,
    `  bound: ${bound.formula}`,
    `  ARM: ${reads} reads (a changed target: ${perKind.join(', ')}), ${polls} polls, ${writes} writes; unchanged: ${result.readsPerUnchanged} reads a target, ${result.writesUnchanged} writes, ${result.unchangedSeconds} s`,
    `  service: ${serviceMiB} MiB at most; status ${result.status}`,
  ].join('\n');
}

type Kind = 'ip-group' | 'nsg' | 'feed';

function kindOf(index: number): Kind {
  return index % 10 < 4 ? 'ip-group' : index % 10 < 7 ? 'nsg' : 'feed';
}

const subscriptionOf = (index: number) =>
  `00000000-0000-0000-0000-${String(1 + Math.floor(index / targetsPerSubscription)).padStart(12, '0')}`;
const resourceGroupOf = (index: number) => `rg-${Math.floor(index / 10)}`;

/** `count` targets, each with its own list. Four IP groups share a resource group, and so a lane. */
export function targetsOf(count: number): Planned {
  const tags = ['WestEurope', 'NorthEurope', 'WestUS', 'EastUS'].map((region) => `Storage.${region}`);
  const targets: Record<string, object> = {};
  const lists: Record<string, object> = {};
  const resources: Record<string, object> = {};
  for (let index = 0; index < count; index++) {
    const kind = kindOf(index);
    const common = { kind, mode: 'sync', list: `list-${index}` };
    lists[`list-${index}`] = { tags: [tags[index % tags.length]] };
    const place = { subscriptionId: subscriptionOf(index), resourceGroup: resourceGroupOf(index) };
    const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
    if (kind !== 'feed') resources[group] = { location: 'westus' };
    if (kind === 'ip-group') targets[`t-${index}`] = { ...common, ...place, name: `g${index}`, location: 'westus' };
    else if (kind === 'feed') targets[`t-${index}`] = { ...common, name: `f${index}` };
    else {
      targets[`t-${index}`] = { ...common, ...place, nsg: `n${index}`, rule: 'acr', priority: 100 };
      resources[`${group}/providers/Microsoft.Network/networkSecurityGroups/n${index}`] = {
        location: 'westus',
        properties: { securityRules: [] },
      };
    }
  }
  return { config: { schema: 1, instance: 'bench', cloud: 'Public', lists, targets } as never, resources };
}

const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
const armTargets = (count: number) => indexes(count).filter((index) => kindOf(index) !== 'feed').length;

/** Lane of each target: a resource group for IP groups, a network security group, a feed. */
function lanes(count: number): Map<string, Kind[]> {
  const found = new Map<string, Kind[]>();
  for (const index of indexes(count)) {
    const kind = kindOf(index);
    const lane = kind === 'ip-group' ? resourceGroupOf(index) : `t-${index}`;
    found.set(lane, [...(found.get(lane) ?? []), kind]);
  }
  return found;
}
const lanesOf = (count: number) => lanes(count).size;

/**
 * Reads of one changed target, at most: for the plan, before the write, and to verify it; and, where a write cannot be tied
 * to what was read (If-Match), the last one of the SDK's own.
 */
const maxReads: Readonly<Record<Kind, number>> = { 'ip-group': 5, nsg: 4, feed: 0 };

/** What ARM alone takes for one changed target: its reads, its write and one poll one after the other, and its operation. */
const targetSeconds = (kind: Kind) => (kind === 'feed' ? 0 : ((maxReads[kind] + 2) * latencyMs + operationMs) / 1000);

/** Nobody can be faster: the longest lane; all lanes over as many as work at once; the token bucket of a subscription. */
function boundOf(count: number, parallel: number): Bound {
  const times = [...lanes(count).values()].map((kinds) => kinds.reduce((sum, kind) => sum + targetSeconds(kind), 0));
  const longest = Math.max(...times);
  const shared = times.reduce((sum, time) => sum + time, 0) / parallel;
  const busiest = indexes(Math.min(count, targetsPerSubscription)).map(kindOf);
  const perSubscription = busiest.filter((kind) => kind !== 'feed').length;
  const looks = busiest.reduce((sum, kind) => sum + (kind === 'feed' ? 0 : maxReads[kind] + 1), 0);
  const wait = (requests: number, { size, perSecond }: { size: number; perSecond: number }) =>
    Math.max(0, requests - size) / perSecond;
  const writes = wait(perSubscription, buckets.writes);
  const reads = wait(looks, buckets.reads);
  const seconds = round(latencyMs / 1000 + Math.max(longest, shared, writes, reads));
  return {
    seconds,
    formula: `one read ${latencyMs} ms + max(longest lane ${round(longest)} s, all lanes ${round(shared * parallel)} s / ${parallel} at once = ${round(shared)} s, writes (${perSubscription} - ${buckets.writes.size}) / ${buckets.writes.perSecond} = ${round(writes)} s, reads and polls (${looks} - ${buckets.reads.size}) / ${buckets.reads.perSecond} = ${round(reads)} s a subscription); a target: ${maxReads['ip-group']} reads (nsg ${maxReads.nsg}), 1 write, 1 poll of ${latencyMs} ms, 1 operation of ${operationMs} ms`,
  };
}

interface Logged {
  readonly method: string;
  readonly path: string;
  readonly write: boolean;
  readonly status: number | null;
}

async function run(service: ChildProcess, url: string, arm: string) {
  await control(arm, 'DELETE', 'log');
  const intent = told(service, 'intent');
  const closed = told(service, 'closed');
  const start = Date.now();
  const asked = await fetch(`${url}/api/runs`, { method: 'POST', headers: { 'x-functions-key': 'bench' } });
  if (!asked.ok) throw new Error(`the run was refused: ${asked.status} ${await asked.text()}`);
  const intentAt = ((await intent) as { at: number }).at;
  const end = (await closed) as { at: number; selectMs?: number; closed: { status: string } };
  const log = (await control(arm, 'GET', 'log')) as Logged[];
  const answered = log.filter(({ status }) => status !== 429);
  const isPoll = ({ path }: Logged) => /\/operation(s|Results)\//.test(path);
  const reads = answered.filter((one) => !one.write && !isPoll(one));
  const writes = answered.filter(({ write }) => write);
  return {
    seconds: (end.at - start) / 1000,
    intentSeconds: (intentAt - start) / 1000,
    // A service that tells of none is not measured, and so not good.
    selectMs: end.selectMs ?? Number.NaN,
    status: end.closed.status,
    reads: reads.length,
    polls: answered.filter(isPoll).length,
    writes: writes.length,
    perKind: perKind(reads, writes),
  };
}

/** Reads of each kind over its writes: every changed target here has one. */
function perKind(reads: readonly Logged[], writes: readonly Logged[]): Record<string, number> {
  const kinds = { 'ip-group': /\/ipGroups/i, nsg: /\/networkSecurityGroups/i };
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, path]) => {
      const of = (all: readonly Logged[]) => all.filter((one) => path.test(one.path)).length;
      return of(writes) === 0 ? [] : [[kind, round(of(reads) / of(writes))]];
    }),
  );
}

/** The next message of the service that has this field. Fails if the service ends before. */
function told(service: ChildProcess, field: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const listen = (message: unknown) => {
    if (typeof message !== 'object' || message === null) return;
    if ('error' in message) process.stderr.write(`service: ${String(message.error)}\n`);
    if (!(field in message)) return;
    service.off('message', listen);
    resolve(message);
  };
  service.on('message', listen);
  service.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  return promise;
}

async function control(arm: string, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${arm}/-/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const round = (value: number) => Math.round(value * 10) / 10;
