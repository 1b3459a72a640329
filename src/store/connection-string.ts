/**
 * Whether a text can be the connection string of a storage account: with a key, with a signature, or of the emulator.
 * https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
 */
export function isConnectionString(text: string): boolean {
  return /(^|;)\s*(UseDevelopmentStorage=true|AccountName=[^;]+;(.*;)?\s*AccountKey=|SharedAccessSignature=)/i.test(
    text,
  );
}

/** The account of the storage emulator, whose key Microsoft published: what lies there is safe from no one. */
export function isPublicEmulator(connectionString: string): boolean {
  return /(^|;)\s*(UseDevelopmentStorage=true|AccountName=devstoreaccount1)\s*(;|$)/i.test(connectionString);
}
