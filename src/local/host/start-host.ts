import { pathToFileURL } from 'node:url';
import { Cron } from 'croner';
import host from '../../../host.json' with { type: 'json' };
import { type HostLog, invoke, type LocalFunction, loadFunctions, triggeredBy } from './functions.ts';
import { type Keys, serveHttp } from './http.ts';
import { pollQueues, type QueueOptions, type QueuePollers } from './queues.ts';

interface HostOptions {
  /** The file that registers the functions: `functions/index.ts`, or what was built from it. */
  readonly entry: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly keys: Keys;
  /** Where connection settings are looked up. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: HostLog;
  /** Told when a message was set aside after its last attempt. */
  readonly gaveUp?: QueueOptions['gaveUp'];
  readonly queues?: Partial<Pick<QueueOptions, 'idleMs' | 'retrySeconds'>>;
}

/** Answers HTTP as soon as it is there; queues and timers when they are asked for. */
export interface Host {
  readonly url: string;
  /** Begins to work on queue messages, those left by an earlier process first. */
  startQueues(): Promise<void>;
  startTimers(): void;
  /** Stops taking work, finishes what is running and what the app does at its end; false if that took longer than `withinMs`. */
  stop(withinMs: number): Promise<boolean>;
}

/**
 * Runs the functions on this machine: HTTP, queues and timers. It follows the rules of the Azure Functions host where they
 * matter to these functions, and it is not that host.
 */
export async function startHost({ entry, env, log, gaveUp, ...options }: HostOptions): Promise<Host> {
  const endings: ((context: object) => unknown)[] = [];
  const functions = await loadFunctions(
    () => import(pathToFileURL(entry).href),
    (handler) => void endings.push(handler),
  );
  let queues: QueuePollers | undefined;
  let timers: Timers | undefined;
  // Whatever ran may have put a message into a queue: looking at once saves the wait.
  const invoked = (): void => queues?.wake();
  const { routePrefix } = host.extensions.http;
  const http = await serveHttp(functions, { ...options, routePrefix, log, invoked });
  return {
    url: http.url,
    async startQueues() {
      queues ??= await pollQueues(functions, {
        ...host.extensions.queues,
        connection: (setting) => connectionOf(env, setting),
        retrySeconds: 30,
        holdSeconds: 30,
        idleMs: 250,
        ...options.queues,
        log,
        ...(gaveUp === undefined ? {} : { gaveUp }),
      });
    },
    startTimers() {
      timers ??= startTimers(functions, { log, invoked });
    },
    async stop(withinMs) {
      const stopped = Promise.all([timers?.stop(), queues?.stop(), http.stop()]);
      return within(
        withinMs,
        stopped.then(() => Promise.all(endings.map((end) => end({ hookData: {} })))),
      );
    },
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

/** What Azure's timers know: numbers, names, `*`, lists, ranges and steps. */
const item = String.raw`(\*|(\d+|[a-z]{3})(-(\d+|[a-z]{3}))?)(/\d+)?`;
const field = new RegExp(`^${item}(,${item})*$`, 'i');

export interface Timers {
  /** Stops the timers; resolves when what is running has ended. */
  stop(): Promise<void>;
}

/**
 * Fires every timer function on its schedule; one that takes longer than its period never overlaps itself. Throws at once
 * for a schedule that Azure would refuse.
 */
export function startTimers(
  functions: readonly LocalFunction[],
  { log, invoked }: { readonly log: HostLog; readonly invoked: () => void },
): Timers {
  const running = new Set<Promise<void>>();
  const fire = async (one: LocalFunction): Promise<void> => {
    // Logged by invoke(); Azure does not retry a timer either, its next time comes.
    const work = invoke(one, { isPastDue: false }, log).then(invoked, invoked);
    running.add(work);
    await work;
    running.delete(work);
  };
  const timers = triggeredBy(functions, 'timerTrigger').map((one) => ({
    one,
    cron: parseSchedule(one.trigger.schedule),
  }));
  for (const { one, cron } of timers) cron.schedule(() => fire(one));
  return {
    async stop() {
      for (const { cron } of timers) cron.stop();
      await Promise.all(running);
    },
  };
}

/**
 * Parses an NCRONTAB expression: second, minute, hour, day, month, day of week, in UTC; day and day of week must both
 * fit. Throws for anything Azure would refuse.
 */
export function parseSchedule(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((text) => field.test(text))) {
    throw new Error(
      `Schedule "${expression}": expected six fields, second minute hour day month day-of-week, such as "0 0 */6 * * *".`,
    );
  }
  const cron = new Cron(fields.join(' '), { mode: '6-part', timezone: 'UTC', domAndDow: true, protect: true });
  if (cron.nextRun() === null) throw new Error(`Schedule "${expression}" never comes. Correct it.`);
  return cron;
}
