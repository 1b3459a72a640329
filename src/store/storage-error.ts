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
