import { createDefaultHttpClient, type HttpClient, RestError } from '@azure/core-rest-pipeline';
import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';

/**
 * The Table client's HTTP client with an end for each try: by itself it has none, and a request that is never answered
 * would hang for ever. It fails as a network error does, so it is retried.
 */
export function timedHttpClient(milliseconds: number): HttpClient {
  const client = createDefaultHttpClient();
  return {
    sendRequest: async (request) => {
      request.timeout = milliseconds;
      try {
        return await client.sendRequest(request);
      } catch (error) {
        if (request.abortSignal?.aborted || (error as Error).name !== 'AbortError') throw error;
        const { origin, pathname } = new URL(request.url);
        throw new RestError(unanswered(`${request.method} ${origin}${pathname}`, milliseconds), { code: 'ETIMEDOUT' });
      }
    },
  };
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

/** Rows to create, in their order, in as few transactions as they fit; `upsert` puts them in place of what is there. */
export async function* inTransactions<T>(
  rows: readonly T[],
  encode: (row: T) => Promise<TableEntity>,
  how: 'create' | 'upsert' = 'create',
): AsyncGenerator<TransactionAction[]> {
  let batch: TransactionAction[] = [];
  let bytes = 0;
  for (const row of rows) {
    const entity = await encode(row);
    const size = JSON.stringify(entity).length + 1_000;
    if (batch.length === transactionRows || (batch.length > 0 && bytes + size > transactionBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(how === 'create' ? ['create', entity] : ['upsert', entity, 'Replace']);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Puts rows in place of what is there, in transactions; one by one where those are refused: they are sent to the account,
 * and Azure does not say whether a role on one table allows them.
 */
export async function upsertAll<T>(
  table: TableClient,
  rows: readonly T[],
  encode: (row: T) => Promise<TableEntity>,
): Promise<void> {
  for await (const batch of inTransactions(rows, encode, 'upsert')) {
    const single = async () => {
      for (const [, entity] of batch) await table.upsertEntity(entity, 'Replace');
    };
    try {
      if (batch.length === 1) await single();
      else await table.submitTransaction(batch);
    } catch (error) {
      if (batch.length === 1 || (error as { statusCode?: number }).statusCode !== 403) throw error;
      await single();
    }
  }
}
