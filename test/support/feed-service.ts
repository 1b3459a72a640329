import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext } from '../../src/composition-root.ts';
import { makeOperator } from '../../src/operator/open.ts';
import type { Operator } from '../../src/operator/operator.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import { makeService } from '../../src/run/make-service.ts';
import type { Line } from '../histories/storage/line.ts';
import { MemoryAccount } from '../histories/storage/memory-account.ts';
import { testSealKey } from './seal-key.ts';

const prefix = 'feed-service';
const names = queueNames(prefix);

/** The service with feeds as targets over an account in memory: quick enough to play years of publications. */
export interface FeedService {
  /** Runs on a publication, as of a moment; ends once everything is written. */
  run(publication: string, now: string): Promise<void>;
  configure(config: object): void;
  operator(now: string, resolve?: (name: string) => Promise<readonly string[]>): Promise<Operator>;
  /** Entries that a feed serves now, of both families. */
  served(feed: string): Promise<readonly string[]>;
  /** Requests to Storage so far. */
  readonly requests: number;
}

export async function openFeedService(config: object): Promise<FeedService> {
  let requests = 0;
  let clock = Date.now();
  const account = new MemoryAccount(() => clock);
  const line: Line = {
    async pass(act) {
      requests++;
      return act();
    },
  };
  let text = '';
  const configure = (next: object) => {
    text = JSON.stringify({ schema: 1, cloud: 'Public', instance: 'test', ...next });
  };
  configure(config);
  const open = (now: string, publication?: string) =>
    createContext(
      {
        SERVICE_TAG_SYNC_CONFIG_JSON: text,
        SERVICE_TAG_SYNC_QUEUES: prefix,
        SERVICE_TAG_SYNC_NOW: now,
        SERVICE_TAG_SYNC_STORAGE: 'UseDevelopmentStorage=true',
        SERVICE_TAG_SYNC_SEAL_KEY: testSealKey,
        FEED_KEY: 'a-key-of-a-feed',
        ...(publication === undefined ? {} : { SERVICE_TAG_SYNC_PUBLICATION: publication }),
      },
      () => undefined,
      undefined,
      async (_, queues) => account.connect(queues, line),
    );
  return {
    configure,
    async run(publication, now) {
      const context = await open(now, publication);
      const service = makeService(context);
      await service.requestRun({ trigger: 'timer' });
      for (let worked = true; worked; ) {
        worked = false;
        // Messages that are delayed come with the next round.
        clock += 60_000;
        for (const name of [names.runs, names.lanes]) {
          const message = account.queue(name).receive(600);
          if (!message) continue;
          const content: unknown = JSON.parse(Buffer.from(message.text, 'base64').toString('utf8'));
          if (name === names.runs) await service.startRun(parseRunMessage(content));
          else await service.workLane(parseLaneMessage(content));
          account.queue(name).delete(message);
          worked = true;
        }
      }
    },
    operator: async (now, resolve) => makeOperator(await open(now), resolve),
    async served(feed) {
      const { feeds } = await open(new Date(0).toISOString());
      const lists = await Promise.all((['ipv4', 'ipv6'] as const).map((family) => feeds.get(feed, family)));
      return lists.flatMap((list) => list?.entries ?? []);
    },
    get requests() {
      return requests;
    },
  };
}

/** Writes a publication as Microsoft names it, and gives its path. */
export async function writePublication(folder: string, date: string, text: string): Promise<string> {
  const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(path, text);
  return path;
}
