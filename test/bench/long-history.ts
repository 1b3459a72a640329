import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { createContext, createOperator, createService } from '../../src/composition-root.ts';
import { readPublication } from '../../src/core/publication/read-publication.ts';
import { snapshotOf } from '../../src/core/publication/snapshot.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseDeliveryMessage, parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import type { RunContext } from '../../src/run/context.ts';
import { indexTagSizes } from '../../src/run/index-tag-sizes.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { publicationFilesIn } from '../../src/sources/publication-files.ts';
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
    const text = generateSample({ cloud: 'Public', chapter: i + 2, lineEnd: '\n', leastBytes: 4_000_000 });
    return { file: fileOf(date), bytes: Buffer.from(text) };
  });
  return { region: 'BrazilSouth', weeks };
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

/** Kept publications of the weeks before `until`: those of the folder, and then these with other numbers, as often as needed. */
export async function keepPublications(
  { publications }: Pick<RunContext, 'publications'>,
  folder: string | undefined,
  { weeks: [oldest] }: Story,
  count: number,
): Promise<void> {
  const paths = folder === undefined ? [] : await publicationFilesIn(folder, 'Public');
  const first = Date.parse('2022-01-03T12:00:00Z');
  for (let i = 0; i < count; i++) {
    const path = paths[i % Math.max(paths.length, 1)];
    const given = path === undefined ? oldest?.bytes : await readFile(path);
    const isOwn = path !== undefined && i < paths.length;
    const date = new Date(first - (i - paths.length + 1) * 7 * dayMs).toISOString();
    const file = isOwn ? basename(path) : `ServiceTags_Public_${date.slice(0, 10).replaceAll('-', '')}.json`;
    // The document's own number stands first in it.
    const text = Buffer.from(given ?? []).toString();
    const bytes = isOwn
      ? (given ?? new Uint8Array())
      : Buffer.from(text.replace(/"changeNumber": \d+/, `"changeNumber": ${i + 1_000}`));
    const firstSeen = isOwn ? '2024-01-01T12:00:00Z' : date;
    const provenance = { via: 'bench', url: '', fetchedAt: firstSeen };
    const read = readPublication(bytes, { file, provenance, firstSeen }, 'Public');
    if (!read.ok) throw new Error(`${file}: expected a sound publication`);
    const { publication } = read;
    const { digest } = publication;
    await publications.put(
      { digest, file, firstSeen, status: 'imported', publication, provenance, reasons: [] },
      bytes,
    );
    await publications.putSnapshot(snapshotOf(read, bytes));
  }
}

/** One run in so many changed something. */
const oneIn = 5;
const targets = ['hub', 'spoke', 'branches'];

/**
 * Runs every six hours up to the end of 2023, each recorded and closed as a run is; one in five with changes of both groups,
 * a ledger of its own, and what "why" finds them by.
 */
export async function keepRuns(context: RunContext, count: number): Promise<void> {
  const current = await context.ledgers.current();
  const ledger = current?.ledger;
  let inForce = current?.name;
  const start = Date.parse('2024-01-01T00:00:00Z') - (count * dayMs) / 4;
  const entries = Array.from({ length: 60 }, (_, i) => `13.${i}.0.0/24`);
  for (let i = 0; i < count; i++) {
    const at = new Date(start + (i * dayMs) / 4).toISOString();
    const run = `bench-${String(i).padStart(5, '0')}`;
    const isChange = i % oneIn === 0;
    const generation = await context.runs.nextGeneration();
    const prefix = `20.${(i >> 8) & 255}.${i & 255}.0/24`;
    const { cause } = sampleChange();
    const before = inForce;
    if (isChange && ledger) {
      await context.ledgers.put(run, { ...ledger, judgedAt: at }, current.announced);
      await context.ledgers.putInForce(run, inForce, at);
      inForce = run;
    }
    const ledgers = { ...(before ? { ledgerBefore: before } : {}), ...(inForce ? { ledgerAfter: inForce } : {}) };
    const {
      ledgerBefore: _,
      ledgerAfter: __,
      ...intent
    } = sampleIntent(run, { generation, startedAt: at, targets, lanes: [] });
    const added = isChange ? [prefix] : [];
    const plans = targets.map((target) => samplePlan(target, [...added, ...entries]));
    await context.runs.record({ ...intent, ...ledgers }, plans);
    if (isChange) {
      for (const target of ['hub', 'spoke']) {
        await context.runs.insertOutcome(run, sampleOutcome(target, { added, at }));
        await context.history.append([sampleChange({ target, run, at, prefix, list: 'pulls' })]);
        await context.moves.append([{ target, at, direction: 'add', ranges: added, cause, run }]);
      }
    }
    const events = isChange ? sampleClosing.events : [];
    await context.runs.close(run, { status: isChange ? 'applied' : 'no-change', closedAt: at, events });
  }
}

/** Everything that is kept, in the index of sizes over time. */
export async function indexAll(context: RunContext): Promise<void> {
  while ((await indexTagSizes(context, { publications: 1_000, ledgers: 5_000 })) > 0);
}

/** The context of a service, with what storage lacks made. */
export async function contextOf({ env }: Place): Promise<RunContext> {
  const context = await createContext(env, () => {});
  await context.ensure();
  return context;
}
