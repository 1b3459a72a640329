import { createHash } from 'node:crypto';
import { severities } from '../core/notice.ts';
import type { ChannelState, Delivery, Outbox } from '../ports/queues.ts';
import { unlessDamaged } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

interface Stored {
  readonly delivery: Delivery;
  readonly state: State;
}

type State = 'pending' | 'sent' | 'dropped';

/**
 * Deliveries in table rows: one partition a channel, a row a delivery in the order of its notice's time; beside them the
 * partitions `channels` (one row each) and `swept` (one row a run).
 *
 * A row stays when its delivery is done: a run whose process died between adding and marking it swept is swept again,
 * and must not find room for a second one.
 */
export class TableOutbox implements Outbox {
  readonly #rows: Rows;
  readonly #scope: Scope;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#scope = scope;
  }

  async add(deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) {
      await this.#rows.insertOwn(this.#partition(delivery.channel), {
        key: keyOfDelivery(delivery.id),
        columns: { state: 'pending' },
        value: { delivery, state: 'pending' } satisfies Stored,
      });
    }
  }

  async pending(channel: string, most: number): Promise<readonly Delivery[]> {
    const found: Delivery[] = [];
    for await (const { value } of this.#rows.range(this.#partition(channel), '', '~', { state: 'pending' })) {
      found.push((value as Stored).delivery);
    }
    return found.sort(byTime).slice(0, most);
  }

  async settle(channel: string, ids: readonly string[], how: 'sent' | 'dropped'): Promise<void> {
    for (const id of ids) {
      await this.#rows.change(
        this.#partition(channel),
        keyOfDelivery(id),
        (value) => {
          const stored = value as Stored | undefined;
          return stored?.state === 'pending' ? { ...stored, state: how } : undefined;
        },
        { columns: { state: how } },
      );
    }
  }

  async channel(id: string): Promise<ChannelState> {
    // A damaged state is a fresh one: the worst that follows is a retry that comes too soon.
    const value = await unlessDamaged(this.#rows.get(partitionOf(this.#scope, 'channels'), keyOf(id)));
    return (value as { readonly channel: ChannelState } | undefined)?.channel ?? { failures: 0 };
  }

  async setChannel(id: string, channel: ChannelState): Promise<void> {
    await this.#rows.replace(partitionOf(this.#scope, 'channels'), { key: keyOf(id), value: { channel } });
  }

  async isSwept(run: string): Promise<boolean> {
    return await this.#rows.hasOwn(partitionOf(this.#scope, 'swept'), keyOf(run));
  }

  async markSwept(run: string): Promise<void> {
    await this.#rows.replace(partitionOf(this.#scope, 'swept'), { key: keyOf(run), value: {} });
  }

  #partition(channel: string): string {
    return partitionOf(this.#scope, 'deliveries', channel);
  }
}

/** Ids hold run, notice and channel, and may be long: the row is named by their hash. */
function keyOfDelivery(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** By the time of the notice; those of one moment (one run) by what they ask of people, most first. */
function byTime(a: Delivery, b: Delivery): number {
  const order = ({ notice, id }: Delivery) => `${notice.at} ${9 - severities.indexOf(notice.severity)} ${id}`;
  return order(a) < order(b) ? -1 : 1;
}
