import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { LeaseTimes } from '../../src/store/blob-leases.ts';
import { openStore, type Store } from '../../src/store/open.ts';

interface TestStoreOptions {
  readonly connectionString?: string;
  readonly instance?: string;
  readonly queuePrefix?: string;
  readonly now?: () => Date;
  readonly leaseTimes?: Partial<LeaseTimes>;
  readonly answerMilliseconds?: number;
}

export const testTime = new Date('2024-01-15T08:00:00.000Z');

/** A name no other test uses: all share one account. */
export function freshInstance(): string {
  return `test-${randomUUID()}`;
}

/** A store over the emulator that all tests share, under an instance of its own unless one is named. */
export async function openTestStore(options: TestStoreOptions = {}): Promise<Store> {
  const { connectionString = inject('azurite'), instance = freshInstance(), ...rest } = options;
  return await openStore({
    cloud: 'Public',
    queuePrefix: 'contract',
    now: () => testTime,
    ...rest,
    connection: { connectionString },
    instance,
  });
}
