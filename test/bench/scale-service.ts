import { startHost } from '../../src/local/host/start-host.ts';
import { collectStages } from './stages.ts';

// The service in a process of its own, as the host runs it: argv[2] is the built bundle. It tells its parent when a run is
// closed, how long that run selected lists, and what memory it took at most.
const [, , entry = ''] = process.argv;
let most = 0;
const stages = collectStages();
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 100);

const host = await startHost({
  entry,
  port: 0,
  keys: { function: 'bench', admin: 'bench' },
  env: process.env,
  queues: { idleMs: 20 },
  log({ level, message }) {
    if (message.includes('"run closed"')) {
      process.send?.({ closed: JSON.parse(message), at: Date.now(), selectMs: stages.get('select lists') });
      stages.clear();
    }
    if (message.includes('"intent"')) process.send?.({ intent: JSON.parse(message), at: Date.now() });
    if (level === 'error' || message.includes('"target failed"')) process.send?.({ error: message.slice(0, 500) });
  },
});
await host.startQueues();
process.send?.({ url: host.url });
process.on('message', (message) => {
  if (message === 'memory') process.send?.({ rss: Math.max(most, process.memoryUsage.rss()) });
  if (message === 'stop') {
    clearInterval(watch);
    void host.stop(5_000).then(() => process.exit(0));
  }
});
