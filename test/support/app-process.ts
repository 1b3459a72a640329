import { startHost } from '../../src/local/host/start-host.ts';

// The built app in a process of its own: what it serves follows from its settings while it is loaded, once a process.
// argv[2] is the bundle. Tells its parent where it answers, and every line that it logs.
const [, , entry = ''] = process.argv;

const host = await startHost({
  entry,
  port: 0,
  keys: { function: 'a-function-key', admin: 'an-admin-key' },
  env: process.env,
  log: ({ message }) => process.send?.({ line: message }),
});
process.send?.({ url: host.url });
// Asked for it, what of the processor it has used so far, in microseconds.
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => void host.stop(10_000).finally(() => process.exit(0)));
