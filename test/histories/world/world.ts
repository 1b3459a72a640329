import { createContext } from '../../../src/composition-root.ts';
import { makeOperator } from '../../../src/operator/open.ts';
import type { Operator } from '../../../src/operator/operator.ts';
import type { Message } from '../../../src/ports/notifier.ts';
import { queueNames } from '../../../src/ports/queues.ts';
import type { Fetched } from '../../../src/ports/source.ts';
import {
  handleLaneMessage,
  handlePoisonedLane,
  parseDeliveryMessage,
  parseRunMessage,
} from '../../../src/queues/messages.ts';
import type { RunContext } from '../../../src/run/context.ts';
import { makeService } from '../../../src/run/make-service.ts';
import { confineMadeUp, confineService, madeUp } from '../../../src/run/sandbox.ts';
import type { Service } from '../../../src/run/service.ts';
import { readSettings } from '../../../src/run/settings.ts';
import { tidy } from '../../../src/run/tidy.ts';
import { MemoryAccount } from '../storage/memory-account.ts';
import type { QueuedMessage } from '../storage/memory-queue.ts';
import { type ConfigPlan, configText, isOutside, layoutOf } from './config-plan.ts';
import { kinds, type Outside, playIn } from './kinds.ts';
import { type Death, Process } from './process.ts';
import { Resource } from './resource.ts';

const prefix = 'service-tag-sync';
const names = queueNames(prefix);
/** As the Functions host has it by default for a message whose function ended without a word. */
const invisibleSeconds = 60;
const maxTries = 5;
/** What is to be seen later than this is not waited for. */
const patienceMs = 600_000;
/** More messages than any honest run makes. */
const maxMessages = 400;
/** The lease of a process that died ends within 20 s. */
const afterDeathMs = 90_000;

export const dayMs = 86_400_000;

export interface Opened {
  readonly context: RunContext;
  readonly service: Service;
  readonly desk: Operator;
}

/** Far less than a config may ask for: in a history of weeks everything grows old. */
const retention = { publicationDays: 14, planDays: 7, noticeDays: 7 };
const limits = { newestRuns: 4, newestFiles: 1, files: 2, runs: 2, notices: 3, others: 2 };

/**
 * The service in a world that lies in memory: storage, targets, source, channel and clock. Queues are worked off as the
 * Functions host does it, in a process that may be killed at any request.
 */
export class World implements Outside {
  readonly account: MemoryAccount;
  offered: Fetched | undefined;
  /** What is offered comes from the sample, while neither targets nor storage are embedded. */
  fromSample = false;
  readonly told: Message[] = [];
  readonly #resources = new Map<string, Resource>();
  #config = '';
  #process = new Process();
  /** What the service's clock says; it may be set back. */
  #now: number;
  /** What Storage's clock says; it is never set back. */
  #storage: number;
  /** Requests to Storage and targets, of all processes so far. */
  #requests = 0;
  deaths = 0;
  /** The service's clock once said a later time than now. */
  wasSetBack = false;

  constructor(start: Date) {
    this.#now = start.getTime();
    this.#storage = this.#now;
    this.account = new MemoryAccount(() => this.#storage);
    playIn(this);
  }

  get now(): number {
    return this.#now;
  }

  get line(): Process {
    return this.#process;
  }

  get requests(): number {
    return this.#requests + this.#process.requests;
  }

  step(milliseconds: number): void {
    this.#now += milliseconds;
    if (milliseconds < 0) this.wasSetBack = true;
    this.#storage += Math.max(0, milliseconds);
  }

  configure(plan: ConfigPlan): void {
    this.#config = configText(plan);
    for (const [id, { kind }] of Object.entries(plan.targets)) {
      if (this.#resources.has(id) || !isOutside(kind)) continue;
      const layout = layoutOf(kind);
      const shared = kind === 'registry' ? { always: layout.unitKey('ipv4', 0) } : {};
      this.#resources.set(id, new Resource({ marked: kind !== 'registry', ...shared }));
    }
  }

  resource(target: string): Resource {
    const resource = this.#resources.get(target);
    if (resource === undefined) throw new Error(`no resource of target ${target}`);
    return resource;
  }

  receive(message: Message): void {
    this.told.push(message);
  }

  async open(): Promise<Opened> {
    const env = {
      SERVICE_TAG_SYNC_CONFIG_JSON: this.#config,
      SERVICE_TAG_SYNC_QUEUES: prefix,
      SERVICE_TAG_SYNC_NOW: new Date(this.#now).toISOString(),
      SERVICE_TAG_SYNC_STORAGE: 'UseDevelopmentStorage=true',
      SERVICE_TAG_SYNC_SEAL_KEY: 'a-key-that-seals-what-a-history-stores',
      FEED_KEY: 'a-key-of-a-history',
    };
    const line = this.#process;
    const connect = async (_: unknown, queues: string) => this.account.connect(queues, line);
    const sample = this.fromSample ? { publication: { path: '', via: madeUp } } : {};
    const settings = { ...readSettings(env), ...sample };
    const context = confineMadeUp(await createContext(env, () => undefined, kinds, connect), settings);
    return {
      context,
      service: confineService(makeService(context), context, settings),
      desk: makeOperator(context),
    };
  }

  /** Kills the process at one of its next requests. */
  doom({ at, when }: Death): void {
    this.#requests += this.#process.requests;
    this.#process = new Process({ at, when });
  }

  /** No death is due any more. */
  spare(): void {
    this.#requests += this.#process.requests;
    this.#process = new Process();
  }

  /** Does something in the process, and says whether it got to its end. A process that died is replaced. */
  async alive<T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    const process = this.#process;
    const result = await Promise.race([work().then((value) => ({ value })), process.killed]);
    if (result !== 'killed') return result;
    this.deaths++;
    this.spare();
    this.step(afterDeathMs);
    return undefined;
  }

  /** Works off everything that is to be seen, or will be before long. */
  async drain(): Promise<void> {
    for (let worked = 0; ; ) {
      const next = this.#nextMessage();
      if (next === undefined) {
        const at = Math.min(...this.#queues().map((queue) => queue.nextAt() ?? Number.POSITIVE_INFINITY));
        if (at > this.#storage + patienceMs) return;
        this.step(at - this.#storage);
        continue;
      }
      if (++worked > maxMessages) throw new Error(`the queues are not empty after ${maxMessages} messages`);
      await this.#work(next.queue, next.message);
    }
  }

  /** What the timer between runs does. */
  async keepHouse(): Promise<void> {
    await this.alive(async () => (await this.open()).service.runMaintenance());
    await this.alive(async () => {
      const { context } = await this.open();
      const { loaded } = context;
      await tidy({ ...context, loaded: { ...loaded, config: { ...loaded.config, retention } } }, undefined, limits);
    });
  }

  #queues() {
    return [names.runs, names.lanes, names.lanesPoison, names.deliveries].map((name) => this.account.queue(name));
  }

  #nextMessage(): { readonly queue: string; readonly message: QueuedMessage } | undefined {
    for (const queue of this.#queues()) {
      const message = queue.receive(invisibleSeconds);
      if (message) return { queue: queue.name, message };
    }
    return undefined;
  }

  async #work(queue: string, message: QueuedMessage): Promise<void> {
    const content: unknown = JSON.parse(Buffer.from(message.text, 'base64').toString('utf8'));
    const done = await this.alive(async () => {
      const { service } = await this.open();
      if (queue === names.runs) await service.startRun(parseRunMessage(content));
      else if (queue === names.lanes) await handleLaneMessage(service, content, message.dequeued);
      else if (queue === names.lanesPoison) await handlePoisonedLane(service, content);
      else await service.deliver(parseDeliveryMessage(content));
    });
    const from = this.account.queue(queue);
    if (done) from.delete(message);
    else if (message.dequeued >= maxTries) throw new Error(`a message of ${queue} was tried ${maxTries} times`);
  }
}
