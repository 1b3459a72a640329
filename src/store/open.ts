import type {
  DeliveryMessage,
  DeliveryQueue,
  LaneMessage,
  LaneQueue,
  Outbox,
  RunMessage,
  RunQueue,
} from '../ports/queues.ts';
import type { Runs } from '../ports/runs.ts';
import type {
  Claims,
  Controls,
  Feeds,
  History,
  Leases,
  Ledgers,
  Operations,
  Publications,
  TargetRecords,
} from '../ports/store.ts';
import { BlobLeases, type LeaseTimes, leaseTimes } from './blob-leases.ts';
import { BlobLedgers } from './blob-ledgers.ts';
import { BlobPublications } from './blob-publications.ts';
import { BlobRecords } from './blob-records.ts';
import { Blobs } from './blobs.ts';
import { connectStorage, type StorageClients, type StoreConnection } from './connect.ts';
import { QueueSender } from './queue-sender.ts';
import { recordedControls, recordedRuns } from './recorded.ts';
import { Rows } from './rows.ts';
import { TableClaims } from './table-claims.ts';
import { TableControls } from './table-controls.ts';
import { TableFeeds } from './table-feeds.ts';
import { TableHistory } from './table-history.ts';
import { TableOperations } from './table-operations.ts';
import { TableOutbox } from './table-outbox.ts';
import { TableRuns } from './table-runs.ts';
import { TableTargetRecords } from './table-target-records.ts';
import { withinTime } from './timed.ts';

interface StoreOptions {
  readonly connection: StoreConnection;
  /** Everything stored lies under instance and cloud: several services share an account. */
  readonly instance: string;
  readonly cloud: string;
  /** The queues are `<prefix>-runs`, `<prefix>-lanes` and `<prefix>-deliveries`. */
  readonly queuePrefix: string;
  readonly now: () => Date;
  /** Container that gets every plan and decision; none if absent. It must exist. */
  readonly records?: string;
  readonly leaseTimes?: Partial<LeaseTimes>;
  /** How long Storage may take to answer; 30 s by default. */
  readonly answerMilliseconds?: number;
  /** Another way to the account than the SDKs' own clients. */
  readonly connect?: typeof connectStorage;
}

export interface Store {
  readonly runs: Runs;
  readonly ledgers: Ledgers;
  readonly targetRecords: TargetRecords;
  readonly publications: Publications;
  readonly leases: Leases;
  readonly laneQueue: LaneQueue;
  readonly runQueue: RunQueue;
  readonly history: History;
  readonly controls: Controls;
  readonly claims: Claims;
  /** Operations under way of one target, by its id. */
  readonly operationsOf: (target: string) => Operations;
  readonly outbox: Outbox;
  readonly feeds: Feeds;
  readonly deliveryQueue: DeliveryQueue;
  /**
   * Creates table, container and queues where they are missing. To be called before anything is written; reading needs
   * none of them, and finds nothing where they are missing.
   */
  ensure(): Promise<void>;
}

/**
 * Clients by what they connect to: every message opens a store, and connections and tokens are worth keeping. A process
 * speaks to one account as a rule; tests to a few.
 */
const connections = new Map<string, Promise<StorageClients>>();
const maxConnections = 8;

function connected(connection: StoreConnection, queuePrefix: string, answer: number): Promise<StorageClients> {
  const key = JSON.stringify([connection, queuePrefix, answer]);
  const known = connections.get(key);
  if (known !== undefined) return known;
  if (connections.size >= maxConnections) connections.clear();
  const made = connectStorage(connection, queuePrefix, answer);
  connections.set(key, made);
  made.catch(() => connections.delete(key));
  return made;
}

/** Opens the store in a Storage account. Sends no request by itself. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const answer = options.answerMilliseconds ?? 30_000;
  const connect = options.connect ?? connected;
  const clients = await connect(options.connection, options.queuePrefix, answer);
  const scope = { instance: options.instance, cloud: options.cloud };
  const blobs = new Blobs(clients.container, answer);
  const rows = new Rows(clients.table, blobs, scope);
  const kept = options.records && new BlobRecords(clients.containerNamed(options.records), scope, answer);
  const runs = new TableRuns(rows, scope, options.now);
  const controls = new TableControls(rows, scope);
  return {
    runs: kept ? recordedRuns(runs, kept) : runs,
    ledgers: new BlobLedgers(rows, blobs, scope),
    targetRecords: new TableTargetRecords(rows, scope),
    publications: new BlobPublications(rows, blobs, scope),
    leases: new BlobLeases(clients.container, scope, { ...leaseTimes, ...options.leaseTimes }, answer),
    laneQueue: new QueueSender<LaneMessage>(clients.lanes, scope, answer),
    runQueue: new QueueSender<RunMessage>(clients.runs, scope, answer),
    history: new TableHistory(rows, scope),
    controls: kept ? recordedControls(controls, kept) : controls,
    claims: new TableClaims(rows, scope),
    operationsOf: (target) => new TableOperations(rows, scope, target, options.now),
    outbox: new TableOutbox(rows, scope),
    feeds: new TableFeeds(rows, scope, options.now, clients.containerNamed, answer),
    deliveryQueue: new QueueSender<DeliveryMessage>(clients.deliveries, scope, answer),
    ensure: () => ensureStorage(clients, answer),
  };
}

/** Each of these requests does nothing where the thing exists. */
async function ensureStorage(clients: StorageClients, answerMilliseconds: number): Promise<void> {
  await withinTime(answerMilliseconds, 'creating table, container and queues', (abortSignal) =>
    Promise.all([
      clients.table.createTable({ abortSignal }),
      clients.container.createIfNotExists({ abortSignal }),
      clients.runs.createIfNotExists({ abortSignal }),
      clients.lanes.createIfNotExists({ abortSignal }),
      clients.deliveries.createIfNotExists({ abortSignal }),
    ]),
  );
}
