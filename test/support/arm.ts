import { pathOf } from '../../src/azure/arm/resource-id.ts';
import type { Pace, TargetContext } from '../../src/ports/target.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly apiVersion: string | null;
  readonly body?: unknown;
  readonly write: boolean;
}

/** The simulated ARM with a clock that waiting moves, so that no test really waits. */
export interface TestArm {
  readonly url: string;
  /** For targets under test. Every wait is noted in `slept` and takes no time; chance is always one half. */
  readonly pace: Pace;
  /** Milliseconds of each wait since the last reset. */
  readonly slept: readonly number[];
  /** From now on, and until it is started again or reset, no operation ends. */
  stopClock(): void;
  startClock(): void;
  reset(): Promise<void>;
  seed(resources: Readonly<Record<string, object | null>>): Promise<void>;
  /** A change by somebody else. */
  change(id: string, merge: unknown): Promise<void>;
  lock(scope: string): Promise<void>;
  fail(rules: readonly object[]): Promise<void>;
  /** The raw resource, undefined if there is none. */
  resource(id: string): Promise<unknown>;
  log(): Promise<readonly LoggedRequest[]>;
  clearLog(): Promise<void>;
  /** Write requests that arrived. */
  writes(): Promise<number>;
  close(): Promise<void>;
}

/** Starts an ARM with some resources for as long as `run` takes. */
export async function withArm(
  resources: Readonly<Record<string, object>>,
  run: (arm: TestArm) => Promise<void>,
  options: { pageSize?: number } = {},
): Promise<void> {
  const arm = await startArm(options);
  try {
    await arm.seed(resources);
    await run(arm);
  } finally {
    await arm.close();
  }
}

/** What a target on it is opened with. */
export function contextOn({ url, pace }: TestArm, mark: string, log: TargetContext['log'] = () => {}): TargetContext {
  return { mark, cloud: 'Public', armEndpoint: url, pace, log };
}

export async function startArm(options: { pageSize?: number } = {}): Promise<TestArm> {
  let skipped = 0;
  let stopped: number | undefined;
  const slept: number[] = [];
  const now = () => new Date(stopped ?? Date.now() + skipped);
  const { url, close } = await startSimulatedArm({ ...options, operationMs: 3, now });

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** As ARM answers it; parts of another resource are not in the dump. */
  async function resource(id: string): Promise<unknown> {
    const response = await fetch(`${url}${pathOf(id)}`, { headers: { authorization: 'Bearer test' } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`GET ${id}: ${response.status}`);
    return await response.json();
  }

  const log = async () => (await control('GET', '/-/log')) as readonly LoggedRequest[];
  return {
    url,
    slept,
    pace: {
      budgetMs: 300_000,
      pollMs: 2,
      lookAgainMs: 5_000,
      requestMs: 60_000,
      random: () => 0.5,
      sleep: (ms, signal) => {
        signal.throwIfAborted();
        slept.push(ms);
        skipped += ms;
        return Promise.resolve();
      },
    },
    stopClock() {
      stopped = Date.now() + skipped;
    },
    startClock() {
      stopped = undefined;
      skipped += 1_000;
    },
    async reset() {
      stopped = undefined;
      slept.length = 0;
      await control('PUT', '/-/resources', { locks: [] });
      await control('POST', '/-/reset');
    },
    seed: async (resources) => void (await control('PUT', '/-/resources', resources)),
    change: async (id, merge) => {
      const read = await resource(id);
      await control('PUT', '/-/resources', { [id]: merged(read, merge) });
    },
    lock: async (scope) => void (await control('PUT', '/-/resources', { locks: [{ scope, level: 'ReadOnly' }] })),
    fail: async (rules) => void (await control('PUT', '/-/faults', rules)),
    resource,
    log,
    clearLog: async () => void (await control('DELETE', '/-/log')),
    writes: async () => (await log()).filter(({ write }) => write).length,
    close,
  };
}

/** JSON merge patch, as far as tests need it. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = typeof target === 'object' && target !== null ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) result[name] = merged(result[name], value);
  return result;
}
