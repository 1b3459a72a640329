import type { TableEntity, TransactionAction } from '@azure/data-tables';

/** A transaction takes 100 entities and 4 MiB; what is left of it is room for the parts' headers. */
export const transactionRows = 100;
const transactionBytes = 3_500_000;

/** Rows to create, in their order, in as few transactions as they fit. */
export async function* inTransactions<T>(
  rows: readonly T[],
  encode: (row: T) => Promise<TableEntity>,
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
    batch.push(['create', entity]);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
