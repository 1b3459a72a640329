import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { createContext, createOperator, createService } from '../../src/composition-root.ts';
import { knownKinds } from '../../src/config/load.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import { readPublication } from '../../src/core/publication/read-publication.ts';
import { snapshotOf } from '../../src/core/publication/snapshot.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseDeliveryMessage, parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import type { RunContext } from '../../src/run/context.ts';
import { indexTagSizes } from '../../src/run/index-tag-sizes.ts';
import { mapConcurrent } from '../../src/run/plan-targets.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { publicationFilesIn } from '../../src/sources/publication-files.ts';
import { connectStorage, type StoreConnection } from '../../src/store/connect.ts';
import { soundLine } from '../histories/storage/line.ts';
import { MemoryAccount } from '../histories/storage/memory-account.ts';
import { sampleChange, sampleClosing, sampleIntent, sampleOutcome, samplePlan } from '../support/samples.ts';

/** A service of its own in the storage emulator. */
export interface Place {
  /** Its settings. */
  readonly env: NodeJS.ProcessEnv;
}

export const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };

/** A hub that asks before each removal, a group that asks before everything, and a feed. */
export function configOf(instance: string, region: string): object {
  const group = (name: string, approval: object) => ({
    kind: 'ip-group',
    mode: 'sync',
    list: 'pulls',
    ...place,
    name,
    location: 'westus',
    approval,
  });
  return {
    schema: 1,
    instance,
    cloud: 'Public',
    lists: { pulls: { tags: [`AzureContainerRegistry.${region}`, `Storage.${region}`] } },
    targets: {
      hub: group('acr-hub', { remove: 'always' }),
      spoke: group('acr-spoke', { add: 'always', remove: 'always' }),
      branches: { kind: 'feed', mode: 'sync', list: 'pulls', name: 'branches', keys: [{ $env: 'FEED_KEY' }] },
    },
  };
}

interface Week {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Weeks in which a region of Storage lost ranges. */
export interface Story {
  readonly region: string;
  readonly weeks: readonly Week[];
}

/** those of January 2024 where a folder has them, else the sample's. */
export async function storyOf(folder: string | undefined): Promise<Story> {
  const dates = ['20240108', '20240115', '20240122', '20240129'];
  const fileOf = (date: string) => `ServiceTags_Public_${date}.json`;
  if (folder !== undefined) {
    const weeks = dates.map(async (date) => ({
      file: fileOf(date),
      bytes: await readFile(join(folder, fileOf(date))),
    }));
    return { region: 'WestUS', weeks: await Promise.all(weeks) };
  }
  const weeks = dates.map((date, i) => {
    const text = generateSample({ cloud: 'Public', chapter: i + 1, lineEnd: '\n', leastBytes: 4_000_000 });
    return { file: fileOf(date), bytes: Buffer.from(text) };
  });
  return { region: 'WestUS', weeks };
}

/** Plays a week with the service itself, and works off every message of its queues. */
export async function playWeek({ env }: Place, { file, bytes }: Week, scratch: string): Promise<void> {
  const path = join(scratch, file);
  await writeFile(path, bytes);
  const [, year, month, day] = /(\d{4})(\d{2})(\d{2})\.json$/.exec(file) ?? [];
  Object.assign(env, {
    SERVICE_TAG_SYNC_PUBLICATION: path,
    SERVICE_TAG_SYNC_NOW: `${year}-${month}-${day}T12:00:00Z`,
  });
  await (await createService(env, () => {})).requestRun({ trigger: 'http' });
  await drain(env);
}

/** Answers that what waits may go: its removal waits for approval then. Whether there was a hold to answer. */
export async function letGo({ env }: Place): Promise<boolean> {
  const operator = await createOperator(env, () => {});
  const hold = (await operator.holds()).find(({ kind }) => kind === 'loss');
  if (hold === undefined) return false;
  const by = { name: 'on call', how: 'claimed' } as const;
  await operator.record({ kind: 'answer', holds: [hold.id], answer: 'remove' }, { by, why: 'a bench' });
  await drain(env);
  return true;
}

async function drain(env: NodeJS.ProcessEnv): Promise<void> {
  const queues = QueueServiceClient.fromConnectionString(env.AzureWebJobsStorage ?? '');
  const names = queueNames(env.SERVICE_TAG_SYNC_QUEUES ?? '');
  for (let worked = true; worked; ) {
    worked = false;
    for (const queue of [names.runs, names.lanes, names.deliveries]) {
      const client = queues.getQueueClient(queue);
      await client.createIfNotExists();
      for (const item of (await client.receiveMessages()).receivedMessageItems) {
        const message: unknown = JSON.parse(Buffer.from(item.messageText, 'base64').toString());
        const service = await createService(env, () => {});
        if (queue === names.runs) await service.startRun(parseRunMessage(message));
        else if (queue === names.lanes) await service.workLane(parseLaneMessage(message));
        else await service.deliver(parseDeliveryMessage(message));
        await client.deleteMessage(item.messageId, item.popReceipt);
        worked = true;
      }
    }
  }
}

const dayMs = 86_400_000;

type Kept = Pick<RunContext, 'publications'>;

async function keep({ publications }: Kept, { file, bytes }: Week, firstSeen: string, status: 'accepted' | 'imported') {
  const provenance = { via: 'bench', url: '', fetchedAt: firstSeen };
  const read = readPublication(bytes, { file, provenance, firstSeen }, 'Public');
  if (!read.ok) throw new Error(`${file}: expected a sound publication`);
  const { publication } = read;
  const { digest } = publication;
  await publications.put({ digest, file, firstSeen, status, publication, provenance, reasons: [] }, bytes);
  await publications.putSnapshot(snapshotOf(read, bytes));
}

/**
 * The first week as accepted, and publications from before: those of the folder, and then these, or the first week's, with
 * other numbers and earlier dates.
 */
export async function keepPublications(
  kept: Kept,
  folder: string | undefined,
  { weeks: [week] }: Story,
  count: number,
): Promise<void> {
  if (week === undefined) return;
  await keep(kept, week, '2024-01-08T12:00:00.000Z', 'accepted');
  const paths = folder === undefined ? [] : await publicationFilesIn(folder, 'Public');
  for (const path of paths.slice(0, count)) {
    await keep(kept, { file: basename(path), bytes: await readFile(path) }, '2024-01-01T12:00:00.000Z', 'imported');
  }
  for (let i = paths.length; i < count; i++) {
    const path = paths[i % Math.max(paths.length, 1)];
    const text = (path === undefined ? Buffer.from(week.bytes) : await readFile(path)).toString();
    const date = new Date(Date.parse('2021-12-27T12:00:00Z') - (i - paths.length) * 7 * dayMs).toISOString();
    const file = `ServiceTags_Public_${date.slice(0, 10).replaceAll('-', '')}.json`;
    // The document's own number stands before those of its tags.
    const bytes = Buffer.from(text.replace(/"changeNumber": \d+/, `"changeNumber": ${10_000 - i}`));
    await keep(kept, { file, bytes }, date, 'imported');
  }
}

/** One run in so many changed something. */
const oneIn = 5;
const targets = ['hub', 'spoke', 'branches'];

/**
 * Runs every six hours up to the end of 2023, each recorded and closed as a run is; one in five with changes of both groups,
 * a ledger of its own, and what "why" finds them by. They are stored in memory through the ports, and brought to the
 * emulator by partitions: it would take a quarter of an hour for the requests of their writers.
 * @param ledger what they had in force.
 */
export async function keepRuns({ env }: Place, ledger: Ledger, count: number): Promise<void> {
  const account = new MemoryAccount();
  const connect = async (_connection: StoreConnection, queuePrefix: string) => account.connect(queuePrefix, soundLine);
  const context = await createContext(env, () => {}, knownKinds, connect);
  let inForce: string | undefined;
  const start = Date.parse('2024-01-01T00:00:00Z') - (count * dayMs) / 4;
  const entries = Array.from({ length: 60 }, (_, i) => `13.${i}.0.0/24`);
  const { cause } = sampleChange();
  for (let i = 0; i < count; i++) {
    const at = new Date(start + (i * dayMs) / 4).toISOString();
    const run = `bench-${String(i).padStart(5, '0')}`;
    const isChange = i % oneIn === 0;
    const prefix = `20.${(i >> 8) & 255}.${i & 255}.0/24`;
    const before = inForce;
    if (isChange) {
      await context.ledgers.put(run, { ...ledger, judgedAt: at }, nothingAnnounced);
      await context.ledgers.putInForce(run, inForce, at);
      inForce = run;
    }
    const generation = await context.runs.nextGeneration();
    const ledgers = { ledgerBefore: before ?? run, ledgerAfter: inForce ?? run };
    const added = isChange ? [prefix] : [];
    const plans = targets.map((target) => samplePlan(target, [...added, ...entries]));
    const intent = sampleIntent(run, { generation, startedAt: at, targets, lanes: [], ...ledgers });
    await context.runs.record(intent, plans);
    for (const target of isChange ? ['hub', 'spoke'] : []) {
      await context.runs.insertOutcome(run, sampleOutcome(target, { added, at }));
      await context.history.append([sampleChange({ target, run, at, prefix, list: 'pulls' })]);
      await context.moves.append([{ target, at, direction: 'add', ranges: added, cause, run }]);
    }
    const events = isChange ? sampleClosing.events : [];
    await context.runs.close(run, { status: isChange ? 'applied' : 'no-change', closedAt: at, events });
  }
  await bringOver(account, env);
}

/** Rows of one request. */
const atOnce = 100;

async function bringOver(account: MemoryAccount, env: NodeJS.ProcessEnv): Promise<void> {
  const connectionString = env.AzureWebJobsStorage ?? '';
  const { table, container } = await connectStorage({ connectionString }, env.SERVICE_TAG_SYNC_QUEUES ?? '', 30_000);
  await mapConcurrent([...account.table.entities()], 4, async (rows) => {
    for (let i = 0; i < rows.length; i += atOnce) {
      await table.submitTransaction(rows.slice(i, i + atOnce).map((row) => ['create', row]));
    }
  });
  await mapConcurrent([...account.container('service-tag-sync').blobs()], 4, async ([path, bytes]) => {
    if (path.includes('/leases/')) return;
    await container.getBlockBlobClient(path).upload(bytes, bytes.length);
  });
}

/** Everything that is kept, in the index of sizes over time. */
export async function indexAll(context: RunContext): Promise<void> {
  while ((await indexTagSizes(context, { publications: 1_000, ledgers: 5_000 })) > 0);
}

/** The ledger that came with the first week of a service. */
export async function firstLedger(own: Place): Promise<Ledger> {
  const found = await (await contextOf(own)).ledgers.at('2024-01-10T00:00:00Z');
  if (found === undefined) throw new Error('expected a ledger of the first week, got none');
  return found.ledger;
}

/** The context of a service, with what storage lacks made. */
export async function contextOf({ env }: Place): Promise<RunContext> {
  const context = await createContext(env, () => {});
  return context;
}
