import { queueNames } from '../../../src/ports/queues.ts';
import type { StorageClients } from '../../../src/store/connect.ts';
import type { Line } from './line.ts';
import { MemoryContainer } from './memory-container.ts';
import { MemoryQueue } from './memory-queue.ts';
import { MemoryTable } from './memory-table.ts';

/**
 * A Storage account in memory, behind the clients of the SDKs: everything above them is the service's own code. That it
 * answers as Storage does is what the contract suite of the store holds; see docs/testing.md.
 */
export class MemoryAccount {
  readonly table: MemoryTable;
  readonly pulls: MemoryTable;
  readonly #containers = new Map<string, MemoryContainer>();
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.table = new MemoryTable(now);
    this.pulls = new MemoryTable(now);
  }

  container(name: string): MemoryContainer {
    return entryOf(this.#containers, name, () => new MemoryContainer(this.#now));
  }

  queue(name: string): MemoryQueue {
    return entryOf(this.#queues, name, () => new MemoryQueue(name, this.#now));
  }

  /** Clients of it over one line: those of one process. */
  connect(queuePrefix: string, line: Line): StorageClients {
    const names = queueNames(queuePrefix);
    const containerNamed = (name: string) => this.container(name).client(line);
    return {
      table: this.table.client(line),
      pulls: this.pulls.client(line),
      container: containerNamed('service-tag-sync'),
      containerNamed,
      configs: containerNamed('service-tag-sync-config'),
      runs: this.queue(names.runs).client(line),
      lanes: this.queue(names.lanes).client(line),
      deliveries: this.queue(names.deliveries).client(line),
    };
  }
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
