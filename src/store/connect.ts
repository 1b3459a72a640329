import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { queueNames } from '../ports/queues.ts';
import { timedHttpClient } from './requests.ts';

/** How to reach the Storage account: by its connection string, or by identity (`clientId`: a user-assigned one). */
export type StoreConnection =
  | { readonly connectionString: string }
  | {
      readonly tableServiceUri: string;
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId?: string;
    };

export interface StorageClients {
  readonly table: TableClient;
  /** Who pulled which feed, written by the app that serves feeds: a table of its own, since rights are granted by table. */
  readonly pulls: TableClient;
  readonly container: ContainerClient;
  /** Another container of the account, for what is published. */
  readonly containerNamed: (name: string) => ContainerClient;
  /** Where an operator puts a config; writing there needs no right to the service's own state. */
  readonly configs: ContainerClient;
  readonly runs: QueueClient;
  readonly lanes: QueueClient;
  readonly deliveries: QueueClient;
}

const tableName = 'servicetagsync';
const pullsTableName = 'servicetagsyncpulls';
const containerName = 'service-tag-sync';
/** Created by the operator, or by infra/. Read, and written to only in the account of feeds: a copy for the app there. */
const configContainerName = 'service-tag-sync-config';

/** The first retry comes at once or nearly so, the last within seconds: what Storage gets over by itself stops no run. */
const blobOptions = { retryOptions: { maxTries: 4, retryDelayInMs: 1_000, maxRetryDelayInMs: 8_000 } };
const tableRetries = { maxRetries: 3, retryDelayInMs: 500, maxRetryDelayInMs: 8_000 };

/** Clients for the service's table, container and queues. Sends no request. */
export async function connectStorage(
  connection: StoreConnection,
  queuePrefix: string,
  answerMilliseconds: number,
): Promise<StorageClients> {
  const tableOptions = { httpClient: timedHttpClient(answerMilliseconds), retryOptions: tableRetries };
  const names = queueNames(queuePrefix);
  const clients = (
    table: (name: string) => TableClient,
    blobs: BlobServiceClient,
    queues: QueueServiceClient,
  ): StorageClients => ({
    table: table(tableName),
    pulls: table(pullsTableName),
    container: blobs.getContainerClient(containerName),
    containerNamed: (name) => blobs.getContainerClient(name),
    configs: blobs.getContainerClient(configContainerName),
    runs: queues.getQueueClient(names.runs),
    lanes: queues.getQueueClient(names.lanes),
    deliveries: queues.getQueueClient(names.deliveries),
  });
  if ('connectionString' in connection) {
    const { connectionString } = connection;
    const options = { ...tableOptions, allowInsecureConnection: isEmulator(connectionString) };
    return clients(
      (name) => TableClient.fromConnectionString(connectionString, name, options),
      BlobServiceClient.fromConnectionString(connectionString, blobOptions),
      QueueServiceClient.fromConnectionString(connectionString, blobOptions),
    );
  }
  // Loaded here only: a connection string does not need the identity library.
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential(
    connection.clientId === undefined ? {} : { managedIdentityClientId: connection.clientId },
  );
  return clients(
    (name) => new TableClient(connection.tableServiceUri, name, credential, tableOptions),
    new BlobServiceClient(connection.blobServiceUri, credential, blobOptions),
    new QueueServiceClient(connection.queueServiceUri, credential, blobOptions),
  );
}

/** Only an emulator is spoken to without TLS. */
function isEmulator(connectionString: string): boolean {
  return /(^|;)\s*(UseDevelopmentStorage=true|DefaultEndpointsProtocol=http)\s*(;|$)/i.test(connectionString);
}
