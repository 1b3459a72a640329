import { createDefaultHttpClient, type HttpClient, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import type { TableClient, TransactionAction } from '@azure/data-tables';

/**
 * The Table client's HTTP client with an end for each try: by itself it has none, and a request that is never answered
 * would hang for ever. It fails as a network error does, so it is retried. A page for people in the place of an answer is an
 * error: the client takes it for a table without rows.
 */
export function timedHttpClient(milliseconds: number): HttpClient {
  const client = createDefaultHttpClient();
  return {
    sendRequest: async (request) => {
      request.timeout = milliseconds;
      try {
        const response = await client.sendRequest(request);
        refusePage(request.method, request.url, response);
        return response;
      } catch (error) {
        if (request.abortSignal?.aborted || (error as Error).name !== 'AbortError') throw error;
        const { origin, pathname } = new URL(request.url);
        throw new RestError(unanswered(`${request.method} ${origin}${pathname}`, milliseconds), { code: 'ETIMEDOUT' });
      }
    },
  };
}

/** Throws for a success that is HTML: a proxy or a sign-in page answered, and Storage never does. */
function refusePage(method: string, url: string, { status, headers }: PipelineResponse): void {
  const type = headers.get('content-type') ?? '';
  if (status >= 300 || !/^text\/html\b/i.test(type)) return;
  const { origin, pathname } = new URL(url);
  throw new RestError(
    `${method} ${origin}${pathname}: expected an answer of Table Storage, got a page (${type}): a proxy or a sign-in page stands between; let requests to ${origin} pass`,
    { code: 'UnexpectedPage' },
  );
}

/**
 * Ends a call of the Blob or Queue client, its retries included: they take no HTTP client of the current form.
 * `what` names it in the error.
 */
export async function withinTime<T>(
  milliseconds: number,
  what: string,
  call: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = AbortSignal.timeout(milliseconds);
  try {
    return await call(end);
  } catch (error) {
    if (end.aborted) throw new Error(unanswered(what, milliseconds), { cause: error });
    throw error;
  }
}

function unanswered(what: string, milliseconds: number): string {
  return `${what}: expected an answer within ${milliseconds} ms, got none; see whether the Storage account can be reached from here`;
}

/** The Storage error code of a failed request, `TableNotFound`; undefined for anything else that went wrong. */
export function storageCodeOf(error: unknown): string | undefined {
  const { statusCode, code, details } = error as {
    statusCode?: number;
    code?: string;
    details?: { errorCode?: string; odataError?: { code?: string } };
  };
  // Only an answer carries a status; without one, `code` is a network error's, such as ECONNRESET.
  if (typeof statusCode !== 'number') return undefined;
  return details?.odataError?.code ?? details?.errorCode ?? code;
}

/** What Storage answers a write where table, container or queue was never created, or is gone. */
const placeMissing = new Set(['TableNotFound', 'ContainerNotFound', 'QueueNotFound']);

/**
 * Writes, and where table, container or queue is missing creates it and writes again: to ask before each write whether
 * it is there would cost a request each time, for what is missing once.
 */
export async function creatingPlace<T>(write: () => Promise<T>, create: () => Promise<unknown>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!placeMissing.has(storageCodeOf(error) ?? '')) throw error;
    await create();
    return await write();
  }
}

const absent = new Set(['TableNotFound', 'ResourceNotFound', 'ContainerNotFound', 'BlobNotFound']);

/** True if Storage answered that there is no such thing. Only these codes may be read as "nothing yet". */
export function saysAbsent(error: unknown): boolean {
  return absent.has(storageCodeOf(error) ?? '');
}

/** True if a row or blob was there already. */
export function saysPresent(error: unknown): boolean {
  const code = storageCodeOf(error);
  return code === 'EntityAlreadyExists' || code === 'BlobAlreadyExists';
}

/** True if a row was changed, or deleted, since it was read. */
export function saysChanged(error: unknown): boolean {
  const code = storageCodeOf(error);
  return code === 'UpdateConditionNotSatisfied' || code === 'ResourceNotFound';
}

/** A transaction takes 100 entities and 4 MiB; what is left of it is room for the parts' headers. */
export const transactionRows = 100;
const transactionBytes = 3_500_000;

/** What is done to rows, in their order, in as few transactions as it fits. */
export async function* inTransactions<T>(
  rows: readonly T[],
  actionOf: (row: T) => Promise<TransactionAction>,
): AsyncGenerator<{ readonly rows: readonly T[]; readonly actions: TransactionAction[] }> {
  let batch: { rows: T[]; actions: TransactionAction[] } = { rows: [], actions: [] };
  let bytes = 0;
  for (const row of rows) {
    const action = await actionOf(row);
    const size = JSON.stringify(action[1]).length + 1_000;
    const { length } = batch.actions;
    if (length === transactionRows || (length > 0 && bytes + size > transactionBytes)) {
      yield batch;
      batch = { rows: [], actions: [] };
      bytes = 0;
    }
    batch.rows.push(row);
    batch.actions.push(action);
    bytes += size;
  }
  if (batch.actions.length > 0) yield batch;
}

/**
 * Sends actions in one transaction; one by one with `single` where that is refused: transactions are sent to the account,
 * and Azure does not say whether a role on one table allows them.
 */
export async function submitOrSingly(
  table: TableClient,
  actions: TransactionAction[],
  single: (action: TransactionAction) => Promise<unknown>,
): Promise<void> {
  const singly = async () => {
    for (const action of actions) await single(action);
  };
  if (actions.length === 1) return singly();
  try {
    await table.submitTransaction(actions);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 403) throw error;
    await singly();
  }
}
