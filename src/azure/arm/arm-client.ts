import type { NetworkManagementClient } from '@azure/arm-network';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { messageOf } from '../../core/errors.ts';
import { isObject, type JsonObject, textAt } from '../../core/json.ts';
import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import { TargetError } from '../../ports/target.ts';
import { type ArmClientOptions, type ArmConnection, connectionFor } from './arm-connection.ts';
import { ArmError, asTargetError, unreadable } from './arm-error.ts';
import type { ArmRequest } from './arm-http.ts';
import { followOperations, writeUntilDone } from './long-running.ts';
import { pathOf } from './resource-id.ts';

/** A write of a whole resource. */
interface Write {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly id: string;
  /** Sent as it is. */
  readonly body?: JsonObject;
  /** Etag without which Azure must not write. */
  readonly ifMatch?: string | undefined;
  /** Whether the caller reads the resource back itself. */
  readonly readsBack?: boolean;
}

/**
 * Azure Resource Manager, for whole resources by their ids: raw bodies in both directions, so that fields unknown here
 * survive. All methods throw TargetError, or the signal's own reason once it is aborted.
 */
export class ArmClient {
  readonly pace: Pace;
  readonly #connection: ArmConnection;
  readonly #operations: Operations | undefined;
  readonly #log: ArmClientOptions['log'];
  #writes = 0;

  private constructor(connection: ArmConnection, { operations, log }: ArmClientOptions) {
    this.pace = connection.pace;
    this.#connection = connection;
    this.#operations = operations;
    this.#log = log;
  }

  static async open(options: ArmClientOptions): Promise<ArmClient> {
    return new ArmClient(await connectionFor(options), options);
  }

  /** Write requests that left so far. */
  get writes(): number {
    return this.#writes;
  }

  /**
   * Waits until a write could leave at once. Before the reading on which a write without a condition is made: what others
   * change between the two is lost.
   */
  async turnToWrite(signal: AbortSignal): Promise<void> {
    const { now = Date.now, sleep } = this.pace;
    const wait = this.#connection.limit.waitFor('writes', now());
    if (wait > 0) await sleep(wait, signal);
  }

  /** Object id of the identity whose token is sent; undefined if its token does not tell. */
  async principal(): Promise<string | undefined> {
    const token = await this.#connection.token();
    const claims = token?.split('.')[1];
    if (claims === undefined) return undefined;
    try {
      return textAt(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')), 'oid');
    } catch (error) {
      // A token is opaque by right: what cannot be read tells nothing.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** The raw resource, or undefined if the resource itself does not exist; a missing parent throws. */
  async get(subject: string, signal: AbortSignal, id: string): Promise<JsonObject | undefined> {
    try {
      return resourceIn(subject, await this.#ask(subject, signal, this.#urlOf(id)));
    } catch (error) {
      if (error instanceof TargetError && error.status === 404 && meansAbsent(error.code)) return undefined;
      throw error;
    }
  }

  /** The raw resources of a list, of all its pages. `id`: that of what they are in, and their type. */
  async list(subject: string, signal: AbortSignal, id: string): Promise<readonly JsonObject[]> {
    const all: JsonObject[] = [];
    for (let url: string | undefined = this.#urlOf(id); url !== undefined; ) {
      const page: unknown = await this.#ask(subject, signal, url);
      const values = isObject(page) ? page.value : undefined;
      if (!Array.isArray(values) || !values.every(isObject)) {
        throw unreadable(subject, 'Azure answered a list without its list of resources');
      }
      all.push(...values);
      url = textAt(page, 'nextLink') || undefined;
    }
    return all;
  }

  /**
   * The raw answer to a GET of what has no properties of its own, or must exist.
   * @param version of the API, for what the usual one does not show.
   */
  async read(subject: string, signal: AbortSignal, id: string, version?: string): Promise<JsonObject> {
    const answer = await this.#ask(subject, signal, this.#urlOf(id, version));
    if (isObject(answer)) return answer;
    throw unreadable(subject, 'Azure answered something that is not an object');
  }

  /** The raw answer at an address that an earlier answer named to ask next. */
  page(subject: string, signal: AbortSignal, url: string): Promise<unknown> {
    return this.#ask(subject, signal, url);
  }

  /** PUTs `body` as it is and waits for the operation's end. The raw resource as it is then. */
  async put(subject: string, signal: AbortSignal, id: string, body: JsonObject): Promise<JsonObject> {
    return resourceIn(subject, await this.#write(subject, signal, { method: 'PUT', id, body }));
  }

  /**
   * As `put`, for callers that read the resource back anyway: one request less. The raw resource if the write was done
   * with its first answer; undefined if it took an operation, which succeeded.
   */
  async putUnread(
    subject: string,
    signal: AbortSignal,
    id: string,
    body: JsonObject,
    ifMatch?: string,
  ): Promise<JsonObject | undefined> {
    const last = await this.#write(subject, signal, { method: 'PUT', id, body, ifMatch, readsBack: true });
    return textAt(last, 'status') === undefined ? resourceIn(subject, last) : undefined;
  }

  /** As `put`, for resources that answer an unchanged PUT with 200 and `null`: undefined then, and nothing happened. */
  async putUnlessSame(
    subject: string,
    signal: AbortSignal,
    id: string,
    body: JsonObject,
  ): Promise<JsonObject | undefined> {
    const last = await this.#write(subject, signal, { method: 'PUT', id, body });
    return last === null ? undefined : resourceIn(subject, last);
  }

  /** PATCHes `body` as it is and waits for the operation's end. The raw resource as it is then. */
  async patch(subject: string, signal: AbortSignal, id: string, body: JsonObject): Promise<JsonObject> {
    return resourceIn(subject, await this.#write(subject, signal, { method: 'PATCH', id, body }));
  }

  /** Deletes and waits for the operation's end. Deleting what is gone is a success. */
  async delete(subject: string, signal: AbortSignal, id: string, ifMatch?: string): Promise<void> {
    await this.#write(subject, signal, { method: 'DELETE', id, ifMatch });
  }

  /** What Microsoft's client for Microsoft.Network reads, typed. Throws ArmError `unreadable` for what it cannot read. */
  async network<T>(
    subject: string,
    signal: AbortSignal,
    read: (network: NetworkManagementClient) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const client = await this.#connection.network(this.#about(subject, signal));
    try {
      return await read(client);
    } catch (error) {
      signal.throwIfAborted();
      throw asTargetError(subject, error, true);
    }
  }

  /** Waits for the operations that an earlier worker began and did not see the end of. Throws as a write does. */
  async resume(since: Date, signal: AbortSignal): Promise<void> {
    if (this.#operations) await followOperations(this.#connection, this.#operations, since, signal);
  }

  #urlOf(id: string, version?: string): string {
    return `${this.#connection.endpoint}${pathOf(id, version)}`;
  }

  #about(subject: string, signal: AbortSignal): ArmRequest {
    return { subject, signal, wrote: () => this.#writes++ };
  }

  async #ask(subject: string, signal: AbortSignal, url: string): Promise<unknown> {
    const about = this.#about(subject, signal);
    const headers = createHttpHeaders({ accept: 'application/json' });
    const { body } = await this.#connection.send(about, createPipelineRequest({ url, headers, abortSignal: signal }));
    return body;
  }

  /** Notes the operation of a write from when Azure accepts it until its end is seen. The last answer. */
  async #write(subject: string, signal: AbortSignal, write: Write): Promise<unknown> {
    const { method, id, body, ifMatch, readsBack = false } = write;
    signal.throwIfAborted();
    const request = createPipelineRequest({
      url: this.#urlOf(id),
      method,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      abortSignal: signal,
    });
    let operation: string | undefined;
    const begun = async (url: string) => {
      operation = url;
      await this.#note(subject, (operations) => operations.begun({ url, subject }));
    };
    const ended = async () => {
      const url = operation;
      if (url !== undefined) await this.#note(subject, (operations) => operations.ended(url));
    };
    try {
      const last = await writeUntilDone(this.#connection, this.#about(subject, signal), request, readsBack, begun);
      await ended();
      return last;
    } catch (error) {
      if (error instanceof ArmError && error.operationEnded) await ended();
      throw error;
    }
  }

  /** Notes help the worker that comes next. A store that is unwell is no reason to turn away from what Azure has begun. */
  async #note(subject: string, note: (operations: Operations) => Promise<void>): Promise<void> {
    if (this.#operations === undefined) return;
    try {
      await note(this.#operations);
    } catch (error) {
      this.#log?.('an operation of Azure could not be noted', { subject, error: messageOf(error) });
    }
  }
}

/** The answer, if it is a resource. */
function resourceIn(subject: string, answer: unknown): JsonObject {
  if (isObject(answer) && isObject(answer.properties)) return answer;
  throw unreadable(subject, 'Azure answered something that is not a resource with properties');
}

/** A 404 of the resource itself. ARM uses either code; those for a missing parent, group or subscription differ. */
function meansAbsent(code: string | undefined): boolean {
  return code === 'ResourceNotFound' || code === 'NotFound';
}
