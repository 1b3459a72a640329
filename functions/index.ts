// A fault before the first registration leaves an app without any function and without an error. So `health`, which
// needs next to nothing, comes first; a fault in the others is then reported with its message.
import { registerHttp } from './http.ts';

registerHttp(({ name }) => name === 'health');
registerHttp(({ name }) => name === 'feeds');
// Where firewalls reach an app from outside, it serves them and nothing else: what writes is another app.
if (serves() === 'all') {
  registerHttp(({ name }) => name !== 'health' && name !== 'feeds');
  await import('./timers.ts');
  await import('./queues.ts');
}

/** What this app serves. Throws for anything else than the two words: a misspelt one would open everything. */
function serves(): 'all' | 'feeds' {
  const given = process.env.SERVICE_TAG_SYNC_SERVES || 'all';
  if (given === 'all' || given === 'feeds') return given;
  throw new Error(`SERVICE_TAG_SYNC_SERVES: expected all or feeds, got ${JSON.stringify(given)}`);
}
