import { createHash } from 'node:crypto';
import { type FeedContext, type Log, logLine } from '../run/context.ts';
import { Brake } from './brake.ts';
import { keepNewest } from './keep-newest.ts';
import { Kept } from './kept.ts';
import { PullLog } from './pull-log.ts';
import { ServedLists } from './served-lists.ts';

/** What a process that serves feeds remembers between requests. Each instance of the app has its own. */
export interface FeedMemory {
  readonly brake: Brake;
  /** The config and the store. */
  readonly context: Kept<FeedContext>;
  readonly lists: ServedLists;
  readonly pulls: PullLog;
}

/** @param elapsed milliseconds from any moment on. */
export function newFeedMemory(log: Log, elapsed: () => number = () => performance.now()): FeedMemory {
  return {
    brake: new Brake(),
    context: new Kept(elapsed),
    lists: new ServedLists(elapsed),
    pulls: new PullLog(log),
  };
}

/** By the settings that a process goes by: it has one set of them as a rule; tests have several. */
const memories = new Map<string, FeedMemory>();
const mostMemories = 8;

/** The memory of this process for these settings. */
export function feedMemoryOf(env: NodeJS.ProcessEnv): FeedMemory {
  const settings = Object.entries(env).filter(([name]) => /^(SERVICE_TAG_SYNC_|AzureWebJobsStorage|AZURE_)/.test(name));
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('base64');
  const memory = memories.get(key) ?? newFeedMemory(logLine);
  keepNewest(memories, key, memory, mostMemories);
  return memory;
}

/** Writes the pulls that this process has gathered: for its end. */
export async function settleFeeds(): Promise<void> {
  await Promise.all([...memories.values()].map(({ pulls }) => pulls.settle()));
}
