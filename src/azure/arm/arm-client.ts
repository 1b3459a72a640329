import type { NetworkManagementClient } from '@azure/arm-network';
import { createHttpHeaders, createPipelineRequest, type PipelineRequest } from '@azure/core-rest-pipeline';
import { messageOf } from '../../core/errors.ts';
import type { Operations } from '../../ports/store.ts';
import type { Pace } from '../../ports/target.ts';
import { TargetError } from '../../ports/target.ts';
import type { CallOptions } from '../call-options.ts';
import { ArmError, asTargetError, unreadable } from './arm-error.ts';
import type { ArmHttp } from './arm-http.ts';
import { type Exchange, inExchange } from './exchange.ts';
import { followOperations } from './follow-operations.ts';
import { isObject, type JsonObject, textAt } from './json.ts';
import { patchUntilDone } from './patch-until-done.ts';
import { type ArmClientOptions, type SdkClient, sdkClientFor } from './sdk-client.ts';

/** A long-running operation as the SDK returns it: it has started already. */
interface Poller {
  pollUntilDone(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/**
 * The SDK's network client, made to hand over raw answers and to send raw bodies. All methods throw TargetError, or
 * the signal's own reason once it is aborted.
 */
export class ArmClient {
  readonly network: NetworkManagementClient;
  readonly pace: Pace;
  readonly #http: ArmHttp;
  readonly #endpoint: string;
  #writes = 0;
  readonly #token: () => Promise<string | undefined>;

  readonly #operations: Operations | undefined;
  readonly #log: ArmClientOptions['log'];

  private constructor(sdk: SdkClient, { operations, log }: ArmClientOptions) {
    this.#token = sdk.token;
    this.network = sdk.network;
    this.#endpoint = sdk.endpoint;
    this.#http = sdk.http;
    this.pace = sdk.pace;
    this.#operations = operations;
    this.#log = log;
  }

  static async open(options: ArmClientOptions): Promise<ArmClient> {
    return new ArmClient(await sdkClientFor(options), options);
  }

  /** Write requests that left so far. */
  get writes(): number {
    return this.#writes;
  }

  /** Object id of the identity whose token is sent; undefined if its token does not tell. */
  async principal(): Promise<string | undefined> {
    const token = await this.#token();
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
  async get(
    subject: string,
    signal: AbortSignal,
    call: (options: CallOptions) => Promise<unknown>,
  ): Promise<JsonObject | undefined> {
    try {
      const answers = await this.#exchange(subject, signal, undefined, call);
      return resourceIn(subject, answers);
    } catch (error) {
      if (error instanceof TargetError && error.status === 404 && meansAbsent(error.code)) return undefined;
      throw error;
    }
  }

  /** The raw resources of a list, of all its pages. */
  async list(
    subject: string,
    signal: AbortSignal,
    call: (options: CallOptions) => AsyncIterable<unknown>,
  ): Promise<readonly JsonObject[]> {
    const pages = await this.#exchange(subject, signal, undefined, async (options) => {
      for await (const _ of call(options)) {
        // The raw pages are kept on their way; walking to the end is what fetches them.
      }
    });
    return pages.flatMap((page) => {
      const values = isObject(page) ? page.value : undefined;
      if (!Array.isArray(values) || !values.every(isObject)) {
        throw unreadable(subject, 'Azure answered a list without its list of resources');
      }
      return values;
    });
  }

  /** PUTs `body` as it is and waits for the operation's end. The raw resource as it is then. */
  async put(
    subject: string,
    signal: AbortSignal,
    body: JsonObject,
    call: (options: CallOptions) => Poller,
  ): Promise<JsonObject> {
    return resourceIn(subject, await this.#put(subject, signal, body, call));
  }

  /**
   * As `put`, for callers that read the resource back anyway: one request less. The raw resource if the write was done
   * with its first answer; undefined if it took an operation, which succeeded.
   */
  async putUnread(
    subject: string,
    signal: AbortSignal,
    body: JsonObject,
    call: (options: CallOptions) => Poller,
  ): Promise<JsonObject | undefined> {
    const answers = await this.#put(subject, signal, body, call, { readsBack: true });
    const last = answers.at(-1);
    return textAt(last, 'status') === undefined ? resourceIn(subject, answers) : undefined;
  }

  /**
   * As `put`, for resources that answer an unchanged PUT with 200 and `null`: undefined then, and nothing happened. The
   * SDK cannot read that answer, so it is looked at first.
   */
  async putUnlessSame(
    subject: string,
    signal: AbortSignal,
    body: JsonObject,
    call: (options: CallOptions) => Poller,
  ): Promise<JsonObject | undefined> {
    const answers = await this.#put(subject, signal, body, call, { accepts: (last) => last === null });
    return answers.at(-1) === null ? undefined : resourceIn(subject, answers);
  }

  /** The raw answer to a GET of any path below the ARM endpoint, such as a resource of another subscription. */
  async read(subject: string, signal: AbortSignal, path: string, apiVersion: string): Promise<JsonObject> {
    const request = createPipelineRequest({
      url: `${this.#endpoint}${path}?api-version=${apiVersion}`,
      abortSignal: signal,
      headers: createHttpHeaders({ accept: 'application/json' }),
    });
    const answers = await this.#exchange(subject, signal, undefined, () =>
      this.network.pipeline.sendRequest(this.#http, request),
    );
    const last = answers.at(-1);
    if (isObject(last)) return last;
    throw unreadable(subject, 'Azure answered something that is not an object');
  }

  /**
   * PATCHes `body` as it is, to any path below the ARM endpoint, and waits for the operation's end. The raw resource as it
   * is then.
   */
  async patch(
    subject: string,
    signal: AbortSignal,
    path: string,
    apiVersion: string,
    body: JsonObject,
  ): Promise<JsonObject> {
    const url = `${this.#endpoint}${path}?api-version=${apiVersion}`;
    const send = (request: PipelineRequest) => this.network.pipeline.sendRequest(this.#http, request);
    const answers = await this.#exchange(subject, signal, undefined, (options) =>
      patchUntilDone(send, url, JSON.stringify(body), options),
    );
    return resourceIn(subject, answers);
  }

  /** Deletes and waits for the operation's end. Deleting what is gone is a success. */
  async delete(subject: string, signal: AbortSignal, call: (options: CallOptions) => Poller): Promise<void> {
    await this.#exchange(subject, signal, undefined, (options) => call(options).pollUntilDone({ abortSignal: signal }));
  }

  /** The raw answers of an operation that only reads and gives no single resource. */
  answers(
    subject: string,
    signal: AbortSignal,
    call: (options: CallOptions) => Promise<unknown>,
  ): Promise<readonly unknown[]> {
    return this.#exchange(subject, signal, undefined, call);
  }

  /** Waits for the operations that an earlier worker began and did not see the end of. Throws as a write does. */
  async resume(since: Date, signal: AbortSignal): Promise<void> {
    if (this.#operations) await followOperations(this, this.#operations, since, signal);
  }

  /** The raw answer at an address that an earlier answer named to ask next. */
  async page(subject: string, signal: AbortSignal, url: string): Promise<unknown> {
    const [answer] = await this.#exchange(subject, signal, undefined, ({ abortSignal }) =>
      this.network.pipeline.sendRequest(this.#http, createPipelineRequest({ url, abortSignal })),
    );
    return answer;
  }

  #put(
    subject: string,
    signal: AbortSignal,
    body: JsonObject,
    call: (options: CallOptions) => Poller,
    options: ExchangeOptions = {},
  ): Promise<readonly unknown[]> {
    const poll = (one: CallOptions) => call(one).pollUntilDone({ abortSignal: signal });
    return this.#exchange(subject, signal, JSON.stringify(body), poll, options);
  }

  async #exchange(
    subject: string,
    signal: AbortSignal,
    body: string | undefined,
    call: (options: CallOptions) => Promise<unknown>,
    { accepts = () => false, readsBack = false }: ExchangeOptions = {},
  ): Promise<readonly unknown[]> {
    signal.throwIfAborted();
    let written = false;
    const wrote = () => {
      written = true;
      this.#writes++;
    };
    let operation: string | undefined;
    const exchange: Exchange = {
      subject,
      signal,
      wrote,
      begun: async (url) => {
        operation = url;
        await this.#note(subject, (operations) => operations.begun({ url, subject }));
      },
      readsBack,
      answers: [],
      ...(body === undefined ? {} : { body }),
    };
    try {
      await inExchange(exchange, () => call({ abortSignal: signal, updateIntervalInMs: this.pace.pollMs }));
    } catch (error) {
      signal.throwIfAborted();
      if (operation !== undefined && error instanceof ArmError && error.operationEnded)
        await this.#over(subject, operation);
      if (!(error instanceof TargetError) && exchange.answers.length > 0 && accepts(exchange.answers.at(-1))) {
        return exchange.answers;
      }
      throw asTargetError(subject, error, exchange.answers.length > 0, written ? exchange.answers.at(-1) : undefined);
    }
    if (operation !== undefined) await this.#over(subject, operation);
    return exchange.answers;
  }

  #over(subject: string, url: string): Promise<void> {
    return this.#note(subject, (operations) => operations.ended(url));
  }

  /** Notes help whoever comes next. A store that is unwell is no reason to turn away from what Azure has begun. */
  async #note(subject: string, note: (operations: Operations) => Promise<void>): Promise<void> {
    if (this.#operations === undefined) return;
    try {
      await note(this.#operations);
    } catch (error) {
      this.#log?.('an operation of Azure could not be noted', { subject, error: messageOf(error) });
    }
  }
}

interface ExchangeOptions {
  /** Whether the last answer is good although the SDK could not read it. */
  readonly accepts?: (last: unknown) => boolean;
  /** Whether the caller reads the resource back itself. */
  readonly readsBack?: boolean;
}

/** The last answer, if it is a resource. */
function resourceIn(subject: string, answers: readonly unknown[]): JsonObject {
  const last = answers.at(-1);
  if (isObject(last) && isObject(last.properties)) return last;
  throw unreadable(subject, 'Azure answered something that is not a resource with properties');
}

/** A 404 of the resource itself. ARM uses either code; those for a missing parent, group or subscription differ. */
function meansAbsent(code: string | undefined): boolean {
  return code === 'ResourceNotFound' || code === 'NotFound';
}
