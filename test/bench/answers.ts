import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../src/build/bundle.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';
import { openApp, questionsOf } from './ask-app.ts';
import {
  configOf,
  contextOf,
  firstLedger,
  indexAll,
  keepPublications,
  keepRuns,
  letGo,
  type Place,
  place,
  playWeek,
  type Story,
  storyOf,
} from './long-history.ts';

/** What each answer and page may take in half of its times. */
const mostMs = 150;

interface Measured {
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Median of what the app used of the processor. */
  readonly cpuMs: number;
  readonly storageRequests: number;
}

interface AnswerRow {
  readonly path: string;
  readonly long: Measured;
  readonly short: Measured;
}

interface AnswersBench extends Sizes {
  readonly seedSeconds: number;
  /** Processes that wanted to run while it was measured, on average over a minute; of this machine, not of this bench. */
  readonly load: number;
  readonly answers: readonly AnswerRow[];
  /** Each answer within its time, and with a long history as many requests as with a short one. */
  readonly good: boolean;
}

interface Sizes {
  readonly publications: number;
  readonly runs: number;
  /** How often each is asked for its times. */
  readonly times: number;
}

type Say = (text: string) => void;

/**
 * Every GET route and every view of the page of the built app, in a process of its own, with a long history and with a short
 * one beside it.
 * @param folder real Public files; made-up ones of their size if absent.
 */
export async function benchAnswers(folder: string | undefined, sizes: Sizes, say: Say): Promise<AnswersBench> {
  const scratch = await mkdtemp(join(tmpdir(), 'bench-answers-'));
  const azurite = await startAzurite({ location: join(scratch, 'storage') });
  const arms = {
    long: await startSimulatedArm({ operationMs: 1 }),
    short: await startSimulatedArm({ operationMs: 1 }),
  };
  try {
    const { times } = sizes;
    const { entry } = await build();
    const story = await storyOf(folder);
    const open = (name: 'long' | 'short') => openPlace(scratch, name, azurite.connectionString, arms[name].url, story);
    const [long, short] = [await open('long'), await open('short')];
    const start = performance.now();
    await seed(short, story, scratch);
    await seed(long, story, scratch, async () => {
      const context = await contextOf(long);
      await keepRuns(long, await firstLedger(short), sizes.runs);
      say(`${sizes.runs} runs stored`);
      await keepPublications(context, folder, story, sizes.publications - story.weeks.length);
      say(`${sizes.publications} publications stored`);
    });
    const seedSeconds = Math.round((performance.now() - start) / 1_000);
    say(`stored in ${seedSeconds} s`);
    const found = { long: await measure(long, entry, story, times), short: await measure(short, entry, story, times) };
    const answers = [...found.long].map(([path, own]): AnswerRow => {
      const beside = found.short.get(path);
      if (beside === undefined) throw new Error(`${path} was asked with a long history alone`);
      return { path, long: own, short: beside };
    });
    const good = answers.every((row) => isFast(row) && isBounded(row));
    return { ...sizes, seedSeconds, load: loadavg()[0] ?? 0, answers, good };
  } finally {
    await Promise.all([arms.long.close(), arms.short.close(), azurite.close()]);
    await rm(scratch, { recursive: true });
  }
}

async function openPlace(
  scratch: string,
  name: string,
  connectionString: string,
  arm: string,
  { region }: Story,
): Promise<Place> {
  const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
  await fetch(`${arm}/-/resources`, { method: 'PUT', body: JSON.stringify({ [group]: { location: 'westus' } }) });
  const config = join(scratch, `${name}.json`);
  await writeFile(config, JSON.stringify(configOf(name, region)));
  return {
    env: {
      AzureWebJobsStorage: connectionString,
      SERVICE_TAG_SYNC_CONFIG: config,
      SERVICE_TAG_SYNC_ARM: arm,
      SERVICE_TAG_SYNC_QUEUES: name,
      SERVICE_TAG_SYNC_SEAL_KEY: 'a-key-that-seals-what-the-bench-stores',
      SERVICE_TAG_SYNC_PAGE_KEY: 'a key of the page with many characters',
      FEED_KEY: 'the key of the feed',
    },
  };
}

/** Weeks that the service played itself; beyond them, where it is to be long, a history before them. */
async function seed(own: Place, { weeks }: Story, scratch: string, before?: () => Promise<void>): Promise<void> {
  // The first publication and its ledger are what all of the past goes by.
  await before?.();
  for (const week of weeks) await playWeek(own, week, scratch);
  if (!(await letGo(own))) throw new Error('expected a loss to be held after these weeks, got none');
  await indexAll(await contextOf(own));
}

/** By what is asked. Requests are counted in an app of their own: the proxy that counts them takes time. */
async function measure(own: Place, entry: string, story: Story, times: number): Promise<Map<string, Measured>> {
  const questions = await questionsOf(own, story);
  const counts = new Map<string, number>();
  const proxy = await startStorageProxy(own.env.AzureWebJobsStorage ?? '');
  const counting = await openApp(entry, { ...own.env, AzureWebJobsStorage: proxy.connectionString });
  for (const question of questions) {
    await counting.ask(question);
    const before = proxy.seen.length;
    await counting.ask(question);
    counts.set(question.name, proxy.seen.length - before);
  }
  await counting.close();
  await proxy.close();
  const app = await openApp(entry, own.env);
  const found = new Map<string, { ms: number; cpuMs: number }[]>(questions.map(({ name }) => [name, []]));
  for (const question of questions) await app.ask(question);
  // In turns: what slows the machine down for a while slows all of them down.
  for (let i = 0; i < times; i++)
    for (const question of questions) found.get(question.name)?.push(await app.ask(question));
  await app.close();
  return new Map([...found].map(([name, samples]) => [name, summed(samples, counts.get(name) ?? 0)]));
}

function summed(samples: readonly { ms: number; cpuMs: number }[], storageRequests: number): Measured {
  const at = (numbers: readonly number[], share: number) =>
    Math.round(
      numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0,
    );
  const ms = samples.map((one) => one.ms);
  const cpu = samples.map(({ cpuMs }) => cpuMs);
  return { medianMs: at(ms, 0.5), p95Ms: at(ms, 0.95), cpuMs: at(cpu, 0.5), storageRequests };
}

function isFast({ long, short }: AnswerRow): boolean {
  return long.medianMs < mostMs && short.medianMs < mostMs;
}

/** `health` and the like take the same; a page of a long table may take one request more. */
function isBounded({ long, short }: AnswerRow): boolean {
  return long.storageRequests <= short.storageRequests + 2;
}

export function answersText({ publications, runs, times, seedSeconds, load, answers, good }: AnswersBench): string {
  const head = ['', 'median', 'p95', 'cpu', 'requests', 'short: median', 'cpu', 'requests', ''];
  const cells = answers.map((row) => {
    const { path, long, short } = row;
    const numbers = [long.medianMs, long.p95Ms, long.cpuMs, long.storageRequests, short.medianMs, short.cpuMs];
    return [
      path,
      ...[...numbers, short.storageRequests].map(String),
      isFast(row) ? (isBounded(row) ? '' : 'MORE REQUESTS') : 'SLOW',
    ];
  });
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i]?.length ?? 0)));
  const lines = [head, ...cells].map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...lines,
    `${publications} publications and ${runs} runs, stored in ${seedSeconds} s; times in ms, ${times} of each; load ${load.toFixed(1)}`,
    `each median under ${mostMs} ms, no more requests with a long history: ${good ? 'GOOD' : 'NOT GOOD'}`,
  ].join('\n');
}
