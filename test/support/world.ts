import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOperator, createService } from '../../src/composition-root.ts';
import type { Kinds } from '../../src/config/schema.ts';
import type { Decision } from '../../src/core/decisions/decision.ts';
import type { DecisionMeta, DecisionRequest, Operator, StatusView } from '../../src/operator/operator.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseDeliveryMessage, parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import type { Log } from '../../src/run/context.ts';
import type { RunView, Service } from '../../src/run/service.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { openStore } from '../../src/store/open.ts';
import { checkedOperator, checkedRun } from './checked-operator.ts';
import { testSealKey } from './seal-key.ts';
import { storageOf } from './test-storage.ts';

const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';
const group = `${subscription}/resourceGroups/rg-network`;

interface WriteSeen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
}

/**
 * The service over a real Azurite, or the account in memory where a project says so, and a simulated ARM, without the
 * Functions host: queues are worked off here, one message after the other, so that every run ends before the call that
 * asked for it returns.
 */
export interface World {
  /** Publication and time of the runs that follow. */
  set(settings: { publication?: string; now?: string }): void;
  /** Replaces the config from the next run on. */
  configure(config: object): Promise<void>;
  service(): Promise<Service>;
  /** Asks for a run and works until it is closed. */
  run(): Promise<RunView>;
  /** Asks for a run and makes its plans; lanes and deliveries are left to `drain()`. */
  begin(): Promise<{ readonly run: string }>;
  /** Takes down a person's word and works until the run that takes it up is closed. */
  say(request: DecisionRequest, meta?: Partial<DecisionMeta>): Promise<RunView>;
  /** Everything that was decided so far. */
  decisions(): Promise<readonly Decision[]>;
  status(): Promise<StatusView>;
  desk(): Promise<Operator>;
  /** Works off every message that is visible now. */
  drain(): Promise<void>;
  /** Entries of a target as read back, raw. */
  live(target: string): Promise<string[]>;
  /** Write requests that reached the simulated ARM since the last call. */
  writes(): Promise<WriteSeen[]>;
  seed(resources: Readonly<Record<string, object>>): Promise<void>;
  /** Takes a resource away, as somebody else would. */
  remove(id: string): Promise<void>;
  faults(rules: readonly object[]): Promise<void>;
  readonly arm: string;
  /** What the service is opened with; SERVICE_TAG_SYNC_QUEUES is the instance too. */
  readonly env: NodeJS.ProcessEnv;
  readonly group: string;
  /** Every line that the service has logged, as JSON. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

let worlds = 0;

export async function openWorld(
  connectionString: string,
  config: object,
  options: { readonly operationMs?: number; readonly kinds?: Kinds } = {},
): Promise<World> {
  const name = `w${process.pid.toString(36)}${(worlds++).toString(36)}`;
  const folder = await mkdtemp(join(tmpdir(), 'service-tag-sync-'));
  const { operationMs = 1, kinds } = options;
  const simulated = await startSimulatedArm({ operationMs });
  const configFile = join(folder, 'config.json');
  const env: NodeJS.ProcessEnv = {
    SERVICE_TAG_SYNC_CONFIG: configFile,
    SERVICE_TAG_SYNC_ARM: simulated.url,
    SERVICE_TAG_SYNC_QUEUES: name,
    AzureWebJobsStorage: connectionString,
    SERVICE_TAG_SYNC_SEAL_KEY: testSealKey,
  };
  const configure = (next: object) =>
    writeFile(configFile, JSON.stringify({ schema: 1, cloud: 'Public', instance: name, ...next }));
  await configure(config);
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${simulated.url}/-/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  await control('PUT', 'resources', {
    [group]: { location: 'westus' },
    [`${group}/providers/Microsoft.Network/networkSecurityGroups/nsg-build`]: {
      location: 'westus',
      properties: { securityRules: [] },
    },
  });
  const { connect, createQueue, receive } = storageOf(connectionString);
  const logged: string[] = [];
  const log: Log = (message, fields) => void logged.push(JSON.stringify({ message, ...fields }));
  const service = () => createService(env, log, kinds, connect);
  const openDesk = async () => checkedOperator(await createOperator(env, log, kinds, connect));

  const names = queueNames(name);
  // The host of the functions finds its queues there: infra/ makes them.
  for (const queue of [names.runs, names.lanes, names.deliveries]) await createQueue(queue);
  const drain = async (only: readonly string[] = [names.runs, names.lanes, names.deliveries]): Promise<void> => {
    for (let worked = true; worked; ) {
      worked = false;
      for (const queue of only) {
        const taken = await receive(queue);
        if (taken === undefined) continue;
        const message: unknown = JSON.parse(Buffer.from(taken.text, 'base64').toString('utf8'));
        const one = await service();
        if (queue === names.runs) await one.startRun(parseRunMessage(message));
        else if (queue === names.lanes) await one.workLane(parseLaneMessage(message));
        else await one.deliver(parseDeliveryMessage(message));
        await taken.delete();
        worked = true;
      }
    }
  };

  return {
    arm: simulated.url,
    env,
    group,
    logged,
    configure,
    service,
    drain: () => drain(),
    async begin() {
      const { run } = await (await service()).requestRun({ trigger: 'http' });
      await drain([names.runs]);
      return { run };
    },
    set({ publication, now }) {
      if (publication) env.SERVICE_TAG_SYNC_PUBLICATION = publication;
      if (now) env.SERVICE_TAG_SYNC_NOW = now;
    },
    async run() {
      const { run } = await (await service()).requestRun({ trigger: 'http' });
      await drain();
      const view = await (await service()).run(run);
      if (!view) throw new Error(`run ${run} is unknown`);
      return checkedRun(view);
    },
    async say(request, meta) {
      const operator = await openDesk();
      const { run } = await operator.record(request, {
        by: { name: 'on call', how: 'claimed' },
        why: 'a test',
        ...meta,
      });
      await drain();
      const view = await (await service()).run(run);
      if (!view) throw new Error(`run ${run}, which takes the word up, is unknown`);
      return checkedRun(view);
    },
    async decisions() {
      const instance = env.SERVICE_TAG_SYNC_QUEUES ?? '';
      const scope = { instance, cloud: 'Public', queuePrefix: instance, now: () => new Date() };
      return (
        await openStore({
          ...{ connection: { connectionString }, seal: { keys: [testSealKey] }, ...scope },
          ...(connect === undefined ? {} : { connect }),
        })
      ).controls.all();
    },
    desk: openDesk,
    status: async () => (await openDesk()).status(),
    async live(target) {
      const read = (await (await service()).readTargets()).find(({ id }) => id === target);
      if (!read?.live) throw new Error(read?.error ?? `no target ${target}`);
      return read.live.units.flatMap((unit) => [...unit.entries]);
    },
    async writes() {
      const log = (await control('GET', 'log')) as (WriteSeen & { write: boolean })[];
      await control('DELETE', 'log');
      return log.filter(({ write }) => write);
    },
    async seed(resources) {
      await control('PUT', 'resources', resources);
    },
    async remove(id) {
      await control('PUT', 'resources', { [id]: null });
    },
    async faults(rules) {
      await control('PUT', 'faults', rules);
    },
    async close() {
      await simulated.close();
      await rm(folder, { recursive: true });
    },
  };
}
