import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { inject } from 'vitest';

// The account that all tests share, below the store: what another program may do there that has the right to write it.

/** Its table of this name. */
export function rawTable(name: 'servicetagsync' | 'servicetagsyncpulls' = 'servicetagsync'): TableClient {
  return TableClient.fromConnectionString(inject('azurite'), name, { allowInsecureConnection: true });
}

/** The container that holds what fits no row. */
export function rawContainer() {
  return BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
}
