import { pathToFileURL } from 'node:url';
import { loadFunctions } from './core-module.ts';
import { readHostSettings } from './host-settings.ts';
import { serveHttp } from './http.ts';
import type { HostLog } from './invoke.ts';
import type { Keys } from './keys.ts';
import { pollQueues, type QueueOptions, type QueuePollers } from './queue.ts';
import { type Clock, startTimers, systemClock, type Timers } from './timer.ts';

export interface HostOptions {
  /** The built entry file of the functions. */
  readonly bundle: string;
  readonly hostJson: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly keys: Keys;
  /** Where connection settings are looked up. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: HostLog;
  /** Told when a message was set aside after its last attempt. */
  readonly gaveUp?: QueueOptions['gaveUp'];
  readonly clock?: Clock;
  readonly queues?: Partial<Pick<QueueOptions, 'holdSeconds' | 'idleMs' | 'retrySeconds'>>;
}

/** Answers HTTP as soon as it is there; queues and timers when they are asked for. */
export interface Host {
  readonly url: string;
  readonly functions: readonly string[];
  /** Begins to work on queue messages, those left by an earlier process first. */
  startQueues(): Promise<void>;
  startTimers(): void;
  /** Takes no more work and finishes what is running; false if that took longer than `withinMs`. */
  stop(withinMs: number): Promise<boolean>;
}

/**
 * Runs the built functions on this machine: HTTP, queues and timers. It follows the rules of the Azure Functions host
 * where they matter to these functions, and it is not that host.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { log, keys, port } = options;
  const settings = await readHostSettings(options.hostJson);
  const registrations = await loadFunctions(
    () => import(pathToFileURL(options.bundle).href),
    (level, message) => log({ level, message }),
  );
  let queues: QueuePollers | undefined;
  let timers: Timers | undefined;
  // Whatever ran may have put a message into a queue: looking at once saves the wait.
  const invoked = (): void => queues?.wake();
  const http = await serveHttp(registrations, { routePrefix: settings.routePrefix, port, keys, log, invoked });
  return {
    url: http.url,
    functions: [...registrations.functions.keys()],
    async startQueues() {
      queues ??= await pollQueues(registrations, {
        ...settings,
        connection: (setting) => connectionOf(options.env, setting),
        holdSeconds: 30,
        idleMs: 250,
        ...options.queues,
        log,
        ...(options.gaveUp === undefined ? {} : { gaveUp: options.gaveUp }),
      });
    },
    startTimers() {
      timers ??= startTimers(registrations, { clock: options.clock ?? systemClock, log, invoked });
    },
    stop: (withinMs) => within(withinMs, Promise.all([timers?.stop(), queues?.stop(), http.stop()])),
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timeout = setTimeout(late.resolve, ms, false);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

function connectionOf(env: NodeJS.ProcessEnv, setting: string): string {
  const connection = env[setting];
  if (connection === undefined || connection === '') {
    throw new Error(`Setting ${setting} is empty: expected the connection string of a storage account.`);
  }
  return connection;
}
