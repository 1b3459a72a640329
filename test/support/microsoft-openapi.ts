import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const specs = resolve(process.env.ARM_SPECS ?? '../shared/specs', 'specification');

/** Why the descriptions are not there, for the name of a skipped test; undefined if they are. */
export const absentDescriptions = existsSync(specs)
  ? undefined
  : `needs Microsoft's OpenAPI descriptions: expected at ${specs}, or in the folder that ARM_SPECS names`;

interface Verdict {
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly jsonPathsInPayload: readonly string[];
  }[];
  readonly runtimeException?: unknown;
}

interface LiveValidator {
  initialize(): Promise<void>;
  validateLiveRequest(request: object): Promise<Verdict>;
  validateLiveRequestResponse(pair: object): Promise<{
    readonly requestValidationResult: Verdict;
    readonly responseValidationResult: Verdict;
  }>;
}

/** One request below Microsoft.Network, as it goes over the wire. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Holds traffic against the descriptions of api-version 2026-01-01. */
export class MicrosoftOpenApi {
  readonly #validator: LiveValidator;

  private constructor(validator: LiveValidator) {
    this.#validator = validator;
  }

  static async open(): Promise<MicrosoftOpenApi> {
    // Its own types need more packages than it brings.
    const { LiveValidator } = createRequire(import.meta.url)('oav') as {
      LiveValidator: new (options: object) => LiveValidator;
    };
    const validator = new LiveValidator({
      directory: specs,
      git: { shouldClone: false },
      swaggerPathsPattern: ['**/stable/2026-01-01/*.json'],
      excludedSwaggerPathsPattern: ['**/examples/**', '**/network.json'],
      loadValidatorInInitialize: true,
      isArmCall: true,
    });
    await validator.initialize();
    return new MicrosoftOpenApi(validator);
  }

  /** What is wrong with a request; nothing if it is as described. */
  async faultsOf(request: SentRequest): Promise<string[]> {
    return textsOf(await this.#validator.validateLiveRequest(live(request)));
  }

  /** What is wrong with a request or its answer. */
  async faultsOfPair(request: SentRequest, { status, headers, body }: Received): Promise<string[]> {
    const liveResponse = { statusCode: String(status), headers, body };
    const pair = { liveRequest: live(request), liveResponse };
    const verdict = await this.#validator.validateLiveRequestResponse(pair);
    return [...textsOf(verdict.requestValidationResult), ...textsOf(verdict.responseValidationResult)];
  }
}

function live({ method, path, body }: SentRequest): object {
  const version = '2026-01-01';
  return {
    method,
    url: `https://management.azure.com${path}?api-version=${version}`,
    headers: { 'content-type': 'application/json' },
    query: { 'api-version': version },
    body,
  };
}

function textsOf({ errors, runtimeException }: Verdict): string[] {
  return [
    ...errors.map(({ code, message, jsonPathsInPayload: at }) => `${code} ${message} at ${at.join()}`),
    ...(runtimeException === undefined ? [] : [JSON.stringify(runtimeException)]),
  ];
}
