import type { QueueClient } from '@azure/storage-queue';
import type { Feeds } from '../ports/feeds.ts';
import type { Moves } from '../ports/moves.ts';
import {
  addressOf,
  type DeliveryMessage,
  type DeliveryQueue,
  type LaneMessage,
  type LaneQueue,
  type Outbox,
  type RunMessage,
  type RunQueue,
} from '../ports/queues.ts';
import type { Retention, Stored } from '../ports/retention.ts';
import type { Runs } from '../ports/runs.ts';
import type {
  Claims,
  ConfigAuthors,
  Controls,
  Damage,
  History,
  Leases,
  Ledgers,
  Operations,
  Publications,
  TargetRecords,
  Upkeep,
} from '../ports/store.ts';
import type { TagSizesIndex } from '../ports/tag-sizes.ts';
import { BlobLeases, type LeaseTimes, leaseTimes } from './blob-leases.ts';
import { BlobLedgers } from './blob-ledgers.ts';
import { BlobPublications } from './blob-publications.ts';
import { BlobRecords, recordedControls, recordedRuns } from './blob-records.ts';
import { BlobTagSizes } from './blob-tag-sizes.ts';
import { Blobs } from './blobs.ts';
import { connectStorage, type StorageClients, type StoreConnection } from './connect.ts';
import { TableDamage } from './damage.ts';
import type { Scope } from './keys.ts';
import { creatingPlace, withinTime } from './requests.ts';
import { Rows } from './rows.ts';
import { type SealOptions, Seals } from './seal.ts';
import { StateRows } from './state-rows.ts';
import { TableFeeds } from './table-feeds.ts';
import { TableHistory } from './table-history.ts';
import { TableMoves } from './table-moves.ts';
import { TableOutbox } from './table-outbox.ts';
import { TableRetention } from './table-retention.ts';
import { TableRuns } from './table-runs.ts';
import { TableTargetRecords } from './table-target-records.ts';
import { TableUpkeep } from './table-upkeep.ts';
import { TableClaims, TableConfigAuthors, TableControls, TableOperations } from './tables.ts';

interface StoreOptions {
  readonly connection: StoreConnection;
  /** Everything stored lies under instance and cloud: several services share an account. */
  readonly instance: string;
  readonly cloud: string;
  /** Where feeds lie; `connection` if absent. */
  readonly feeds?: StoreConnection;
  /** How rows are sealed. Absent: they are not, and no seal is asked for. */
  readonly seal?: SealOptions;
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
  readonly tagSizes: TagSizesIndex;
  readonly leases: Leases;
  readonly laneQueue: LaneQueue;
  readonly runQueue: RunQueue;
  readonly history: History;
  readonly moves: Moves;
  readonly controls: Controls;
  readonly claims: Claims;
  readonly configAuthors: ConfigAuthors;
  readonly damage: Damage;
  readonly upkeep: Upkeep;
  readonly retention: Retention;
  /** What is stored, by kind, the largest first. Reads all of it. */
  readonly measure: () => Promise<readonly Stored[]>;
  /** Operations under way of one target, by its id. */
  readonly operationsOf: (target: string) => Operations;
  readonly outbox: Outbox;
  readonly feeds: Feeds;
  readonly deliveryQueue: DeliveryQueue;
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

/**
 * Opens the store in a Storage account. Sends no request by itself. Table, container and queues are created by the first
 * write that finds them missing; reading needs none of them, and finds nothing where they are missing.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const answer = options.answerMilliseconds ?? 30_000;
  const connect = options.connect ?? connected;
  const clients = await connect(options.connection, options.queuePrefix, answer);
  const scope = { instance: options.instance, cloud: options.cloud };
  const blobs = new Blobs(clients.container, answer);
  const seals = options.seal && new Seals(options.seal);
  const rows = new Rows(clients.table, blobs, scope, seals);
  const feeds = options.feeds ? await connect(options.feeds, options.queuePrefix, answer) : clients;
  const feedBlobs = new Blobs(feeds.container, answer);
  const feedRows = {
    lists: new Rows(feeds.table, feedBlobs, scope, seals),
    // The app that serves feeds notes them, and has no key.
    pulls: new Rows(feeds.pulls, feedBlobs, scope, 'others write'),
    formerPulls: new Rows(clients.table, blobs, scope, 'others write'),
  };
  const places = [{ rows, blobs }, ...(feeds === clients ? [] : [{ rows: feedRows.lists, blobs: feedBlobs }])];
  const kept = options.records && new BlobRecords(clients.containerNamed(options.records), scope, answer);
  const state = new StateRows(rows, scope);
  const runs = new TableRuns(rows, state, scope, options.now);
  const targetRecords = new TableTargetRecords(rows, scope);
  const controls = new TableControls(rows, scope);
  return {
    runs: kept ? recordedRuns(runs, kept) : runs,
    ledgers: new BlobLedgers(rows, state, blobs, scope, seals),
    targetRecords,
    publications: new BlobPublications(rows, blobs, scope, seals),
    tagSizes: new BlobTagSizes(blobs, scope, seals),
    leases: new BlobLeases(clients.container, scope, { ...leaseTimes, ...options.leaseTimes }, answer),
    laneQueue: new QueueSender<LaneMessage>(clients.lanes, scope, answer),
    runQueue: new QueueSender<RunMessage>(clients.runs, scope, answer),
    history: new TableHistory(rows, scope),
    moves: new TableMoves(rows, scope),
    controls: kept ? recordedControls(controls, kept) : controls,
    claims: new TableClaims(rows, scope),
    configAuthors: new TableConfigAuthors(rows, scope),
    damage: new TableDamage(
      { rows, state, runs, targetRecords },
      feeds === clients ? [clients] : [clients, feeds],
      scope,
      seals,
    ),
    upkeep: new TableUpkeep(state),
    retention: new TableRetention(
      { rows, pulls: [feedRows.pulls, feedRows.formerPulls], places },
      scope,
      runs,
      options.now,
    ),
    measure: async () => (await import('./measure.ts')).measureScope(clients, scope),
    operationsOf: (target) => new TableOperations(rows, scope, target, options.now),
    outbox: new TableOutbox(rows, scope),
    feeds: new TableFeeds(feedRows, scope, options.now, feeds.containerNamed, answer),
    deliveryQueue: new QueueSender<DeliveryMessage>(clients.deliveries, scope, answer),
  };
}

/** A queue message holds 64 KiB once it is encoded. */
const longestMessage = 65_536;

/** Sends one kind of message to one queue, each with whom it is for. */
class QueueSender<Message extends LaneMessage | RunMessage | DeliveryMessage> {
  readonly #queue: QueueClient;
  readonly #for: string;
  readonly #answerMilliseconds: number;

  constructor(queue: QueueClient, scope: Scope, answerMilliseconds: number) {
    this.#queue = queue;
    this.#for = addressOf(scope);
    this.#answerMilliseconds = answerMilliseconds;
  }

  /**
   * Resolves once the message is in the queue. It may arrive twice: when the answer to sending was lost, it is sent again.
   */
  async send(message: Message, delaySeconds = 0): Promise<void> {
    const text = encodeMessage({ for: this.#for, ...message });
    const call = <T>(request: (abortSignal: AbortSignal) => Promise<T>) =>
      withinTime(this.#answerMilliseconds, `queue ${this.#queue.name}`, request);
    await creatingPlace(
      () => call((abortSignal) => this.#queue.sendMessage(text, { visibilityTimeout: delaySeconds, abortSignal })),
      () => call((abortSignal) => this.#queue.createIfNotExists({ abortSignal })),
    );
  }
}

/** The text of a queue message: base64 of JSON, as the Functions host expects it. */
function encodeMessage(message: LaneMessage | RunMessage | DeliveryMessage): string {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  if (text.length > longestMessage) {
    throw new RangeError(
      `expected a queue message of at most ${longestMessage} bytes, got ${text.length} for ${'run' in message ? `run ${message.run}` : `channel ${message.channel}`}; ` +
        'name fewer targets, or none to run all of them',
    );
  }
  return text;
}
