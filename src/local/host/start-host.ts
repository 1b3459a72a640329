import { pathToFileURL } from 'node:url';
import { loadFunctions, type Registrations } from './core-module.ts';
import { readHostSettings } from './host-settings.ts';
import { type HttpListener, serveHttp } from './http.ts';
import type { HostLog } from './invoke.ts';
import type { Keys } from './keys.ts';
import { pollQueues, type QueueOptions, type QueuePollers } from './queue.ts';
import { type Clock, startTimers, systemClock } from './timer.ts';

export interface HostOptions {
  /** The built entry file of the functions. */
  readonly bundle: string;
  readonly hostJson: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly keys: Keys;
  /** Where connection settings are looked up. */
  readonly env: NodeJS.ProcessEnv;
  /** False leaves timer functions alone: one run asked for by hand is all that happens. */
  readonly timers: boolean;
  readonly log: HostLog;
  /** Differ from real use only in tests. */
  readonly clock?: Clock;
  readonly queues?: Partial<Pick<QueueOptions, 'holdSeconds' | 'idleMs' | 'retrySeconds'>>;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly string[];
  /** Takes no more work and finishes what is running; false if that took longer than `withinMs`. */
  stop(withinMs: number): Promise<boolean>;
}

/**
 * Runs the built functions on this machine: HTTP, queues and timers. It follows the rules of the Azure Functions host
 * where they matter to these functions, and it is not that host.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const settings = await readHostSettings(options.hostJson);
  const registrations = await loadFunctions(
    () => import(pathToFileURL(options.bundle).href),
    (level, message) => options.log({ level, message }),
  );
  const { log, keys, port } = options;
  let queues: QueuePollers | undefined;
  // Whatever ran may have put a message into a queue: looking at once saves the wait.
  const invoked = (): void => queues?.wake();
  const http = await serveHttp(registrations, { routePrefix: settings.routePrefix, port, keys, log, invoked });
  try {
    queues = await pollQueues(registrations, {
      ...settings,
      connection: (setting) => connectionOf(options.env, setting),
      holdSeconds: 30,
      idleMs: 250,
      ...options.queues,
      log,
    });
    const clock = options.clock ?? systemClock;
    const timers = options.timers ? startTimers(registrations, { clock, log, invoked }) : undefined;
    return hostOf(http, registrations, [http, queues, ...(timers === undefined ? [] : [timers])]);
  } catch (error) {
    await Promise.all([http.stop(), queues?.stop()]);
    throw error;
  }
}

function hostOf(http: HttpListener, registrations: Registrations, parts: readonly { stop(): Promise<void> }[]): Host {
  return {
    url: http.url,
    functions: [...registrations.functions.keys()],
    async stop(withinMs) {
      const stopped = Promise.all(parts.map((part) => part.stop())).then(() => true);
      let timeout: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        timeout = setTimeout(resolve, withinMs, false);
      });
      try {
        return await Promise.race([stopped, late]);
      } finally {
        clearTimeout(timeout);
      }
    },
  };
}

function connectionOf(env: NodeJS.ProcessEnv, setting: string): string {
  const connection = env[setting];
  if (connection === undefined || connection === '') {
    throw new Error(`Setting ${setting} is empty: expected the connection string of a storage account.`);
  }
  return connection;
}
