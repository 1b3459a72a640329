import { randomUUID } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { inject } from 'vitest';
import type { LeaseTimes } from '../../src/store/blob-leases.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import type { SealOptions } from '../../src/store/seal.ts';
import { type Line, soundLine } from '../histories/storage/line.ts';
import { MemoryAccount } from '../histories/storage/memory-account.ts';
import { testSealKey } from './seal-key.ts';

const memory = inject('storage') === 'memory' ? new MemoryAccount() : undefined;

interface TestStoreOptions {
  readonly connectionString?: string;
  readonly instance?: string;
  readonly queuePrefix?: string;
  readonly now?: () => Date;
  readonly leaseTimes?: Partial<LeaseTimes>;
  readonly answerMilliseconds?: number;
  /** `none`: nothing is sealed, and no seal is asked for. */
  readonly seal?: SealOptions | 'none';
}

export const testTime = new Date('2024-01-15T08:00:00.000Z');

/** A name no other test uses: all share one account. */
export function freshInstance(): string {
  return `test-${randomUUID()}`;
}

/**
 * A store over the account that all tests share, under an instance of its own unless one is named. Another `line` counts
 * for the account in memory alone.
 */
export async function openTestStore(options: TestStoreOptions = {}, line: Line = soundLine): Promise<Store> {
  const { connectionString = inject('azurite'), instance = freshInstance(), seal, ...rest } = options;
  return await openStore({
    cloud: 'Public',
    queuePrefix: 'contract',
    now: () => testTime,
    ...rest,
    connection: { connectionString },
    instance,
    ...(seal === 'none' ? {} : { seal: seal ?? { keys: [testSealKey] } }),
    ...(memory ? { connect: async (_connection, queuePrefix) => memory.connect(queuePrefix, line) } : {}),
  });
}

/** The container that holds what fits no row, below the store. */
function container() {
  if (memory) return memory.container('service-tag-sync').client(soundLine);
  return BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
}

/** Overwrites the packed file of a publication. */
export async function overwritePacked(instance: string, digest: string, bytes: Uint8Array): Promise<void> {
  const path = `${instance}/Public/publications/${digest}.json.br`;
  await container().getBlockBlobClient(path).upload(bytes, bytes.length);
}

/** Lays a file down as versions before packing stored it, in place of the packed one. */
export async function layPlain(instance: string, digest: string, bytes: Uint8Array): Promise<void> {
  const blob = (suffix: string) => container().getBlockBlobClient(`${instance}/Public/publications/${digest}${suffix}`);
  await blob('.json').upload(bytes, bytes.length);
  await blob('.json.br').delete();
}

/** Breaks every lease of an instance, as a person in the portal may. */
export async function breakLeases(instance: string): Promise<void> {
  if (memory) return memory.container('service-tag-sync').breakLeases(`${instance}/`);
  for await (const { name, properties } of container().listBlobsFlat({ prefix: `${instance}/` })) {
    if (properties.leaseState === 'leased') await container().getBlobClient(name).getBlobLeaseClient().breakLease(0);
  }
}

/** Texts of the messages that are to be seen in a queue, one if there are more. */
export async function receiveFrom(queue: string): Promise<string[]> {
  if (memory) {
    const message = memory.queue(queue).receive(30);
    return message ? [message.text] : [];
  }
  const client = QueueServiceClient.fromConnectionString(inject('azurite')).getQueueClient(queue);
  return (await client.receiveMessages()).receivedMessageItems.map(({ messageText }) => messageText);
}
