import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** `hh:mm:ss`, as seconds. */
const timeSpan = z
  .string()
  .regex(/^\d\d:\d\d:\d\d$/, 'a time as hh:mm:ss')
  .transform((text) => text.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0));

const queues = z.looseObject({
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  visibilityTimeout: timeSpan.default(0),
});

const schema = z.looseObject({
  version: z.literal('2.0'),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queues.prefault({}),
    })
    .prefault({}),
});

/** The part of host.json the local host heeds, with Azure's defaults. */
interface HostSettings {
  readonly routePrefix: string;
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly retrySeconds: number;
}

/** Reads host.json. Throws if it is missing or not valid. */
export async function readHostSettings(file: string): Promise<HostSettings> {
  const result = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!result.success) throw new Error(`${file} is not valid:\n${z.prettifyError(result.error)}`);
  const { http, queues } = result.data.extensions;
  return {
    routePrefix: http.routePrefix,
    batchSize: queues.batchSize,
    newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
    maxDequeueCount: queues.maxDequeueCount,
    retrySeconds: queues.visibilityTimeout,
  };
}
