import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { trace } from '@opentelemetry/api';
import { createService } from '../../src/composition-root.ts';
import { judge } from '../../src/core/judge/judge.ts';
import { emptyLedger } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { watchTags } from '../../src/core/judge/watch.ts';
import { readPublication } from '../../src/core/publication/read-publication.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import { queueNames } from '../../src/ports/queues.ts';
import { parseLaneMessage, parseRunMessage } from '../../src/queues/messages.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { publicPublications } from '../support/real-publications.ts';
import { collectStages } from './stages.ts';

interface RunBench {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds by stage; a stage that runs once a target is summed up. Stages within another one are part of it. */
  readonly stages: Readonly<Record<string, number>>;
  /** From the request to the close. */
  readonly total: number;
  readonly status: string;
}

/**
 * The first run of a service over the newest real publication (a made-up one of the same size where there is none), with
 * an IP group and an NSG as targets, storage emulator and ARM in the same process and answering at once.
 */
export async function benchRun(): Promise<RunBench> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-run-'));
  const [arm, azurite] = [await startSimulatedArm({ operationMs: 1 }), await startAzurite({})];
  const { path, bytes } = await publicationIn(folder);
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg' };
  const group = `/subscriptions/${place.subscriptionId}/resourceGroups/rg`;
  const common = { mode: 'sync', list: 'registry', ...place };
  const tags = ['AzureContainerRegistry.WestEurope', 'Storage.WestEurope'];
  const config = {
    schema: 1,
    instance: 'bench',
    cloud: 'Public',
    lists: { registry: { tags } },
    targets: {
      groups: { kind: 'ip-group', ...common, name: 'acr', location: 'westeurope' },
      rules: { kind: 'nsg', ...common, nsg: 'n1', rule: 'acr', priority: 100 },
    },
  };
  const configFile = join(folder, 'config.json');
  await writeFile(configFile, JSON.stringify(config));
  const nsg = `${group}/providers/Microsoft.Network/networkSecurityGroups/n1`;
  await fetch(`${arm.url}/-/resources`, {
    method: 'PUT',
    body: JSON.stringify({
      [group]: { location: 'westeurope' },
      [nsg]: { location: 'westeurope', properties: { securityRules: [] } },
    }),
  });
  const stages = collectStages();
  const env = {
    AzureWebJobsStorage: azurite.connectionString,
    SERVICE_TAG_SYNC_CONFIG: configFile,
    SERVICE_TAG_SYNC_ARM: arm.url,
    SERVICE_TAG_SYNC_QUEUES: 'bench',
    SERVICE_TAG_SYNC_PUBLICATION: path,
  };
  try {
    const start = performance.now();
    const service = await timed(stages, 'open', () => createService(env, () => undefined));
    const { run } = await timed(stages, 'request', () => service.requestRun({ trigger: 'http' }));
    const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
    const { runs, lanes } = queueNames('bench');
    for (const queue of [runs, lanes, lanes]) {
      const client = queues.getQueueClient(queue);
      await client.createIfNotExists();
      const { receivedMessageItems } = await client.receiveMessages();
      for (const { messageText } of receivedMessageItems) {
        const message: unknown = JSON.parse(Buffer.from(messageText, 'base64').toString());
        const one = await createService(env, () => undefined);
        if (queue === runs)
          await timed(stages, 'begin (all before the lanes)', () => one.startRun(parseRunMessage(message)));
        else await timed(stages, 'lane', () => one.workLane(parseLaneMessage(message)));
      }
    }
    const total = performance.now() - start;
    const status = (await service.run(run))?.status ?? 'unknown';
    await timeParts(stages, path, tags);
    return { file: basename(path), bytes, stages: rounded(stages), total: Math.round(total), status };
  } finally {
    trace.disable();
    await Promise.all([arm.close(), azurite.close()]);
    await rm(folder, { recursive: true });
  }
}

/** The result as a person reads it. */
export function runText({ file, bytes, stages, total, status }: RunBench): string {
  const rows = Object.entries(stages).map(([stage, ms]) => `  ${stage.padEnd(32)} ${String(ms).padStart(8)} ms`);
  return [`${file}, ${bytes} bytes: ${total} ms, ${status}`, ...rows].join('\n');
}

/** What the stages do not tell apart, once more and warm: they are parts of `fetch and accept` and `prepare`. */
async function timeParts(stages: Map<string, number>, path: string, tags: readonly string[]): Promise<void> {
  const bytes = await timed(stages, 'again, warm: read the file', () => readFile(path));
  const at = '2024-01-02T00:00:00.000Z';
  const origin = { file: basename(path), provenance: { via: 'file', url: path, fetchedAt: at }, firstSeen: at };
  const read = await timed(stages, 'again, warm: parse', async () => readPublication(bytes, origin, 'Public'));
  if (!read.ok) throw new Error('expected a sound publication');
  const { catalog, publication } = read;
  await timed(stages, 'again, warm: judge', async () =>
    judge({
      ledger: emptyLedger('Public'),
      accepted: { catalog, publication },
      watch: watchTags(tags),
      policy: { ...defaultPolicy, tags: {} },
      now: new Date(at),
    }),
  );
}

async function timed<T>(stages: Map<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    stages.set(name, (stages.get(name) ?? 0) + performance.now() - start);
  }
}

function rounded(stages: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...stages].map(([name, ms]) => [name, Math.round(ms * 10) / 10]));
}

async function publicationIn(folder: string): Promise<{ path: string; bytes: number }> {
  const [newest] =
    process.env.SERVICE_TAGS_DATA === undefined ? [] : publicPublications('00000000', '99999999').slice(-1);
  const path = join(folder, newest === undefined ? 'ServiceTags_Public_20240101.json' : basename(newest));
  if (newest === undefined) {
    await writeFile(path, generateSample({ cloud: 'Public', chapter: 0, lineEnd: '\n', leastBytes: 4_000_000 }));
  } else await copyFile(newest, path);
  return { path, bytes: (await stat(path)).size };
}
