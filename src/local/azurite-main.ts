import { once } from 'node:events';
import { commandOptions, wholeNumber } from '../command-options.ts';
import { type AzuriteOptions, startAzurite } from './azurite.ts';

/**
 * The Storage emulator as a process of its own, for a service that is killed and started again:
 * `npm -s run azurite -- --location DIR [--blob-port N] [--queue-port N] [--table-port N]`. Prints one line,
 * `{"connectionString": ...}`, and lives until SIGTERM or SIGINT; then everything is on disk.
 */
const usage = `npm -s run azurite -- [--location DIR] [--blob-port N] [--queue-port N] [--table-port N]
  The storage emulator, in memory unless it has a location. Prints its connection string and runs until Ctrl+C.`;
const values = commandOptions(usage, {
  location: { type: 'string' },
  'blob-port': { type: 'string', default: '0' },
  'queue-port': { type: 'string', default: '0' },
  'table-port': { type: 'string', default: '0' },
});
const options: AzuriteOptions = {
  ...(values.location === undefined ? {} : { location: values.location }),
  blobPort: wholeNumber('--blob-port', values['blob-port'], 65_535),
  queuePort: wholeNumber('--queue-port', values['queue-port'], 65_535),
  tablePort: wholeNumber('--table-port', values['table-port'], 65_535),
};
const azurite = await startAzurite(options);
process.stdout.write(`${JSON.stringify({ connectionString: azurite.connectionString })}\n`);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
await azurite.close();
