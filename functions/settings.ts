import { queueNames } from '../src/store/queue-names.ts';

/** `<prefix>-runs`, `<prefix>-lanes` and `<prefix>-deliveries`. */
export const queues = queueNames(process.env.SERVICE_TAG_SYNC_QUEUES || 'service-tag-sync');

/** Six fields, seconds first, UTC. */
export const syncSchedule = process.env.SERVICE_TAG_SYNC_SCHEDULE || '0 0 */6 * * *';

/** What this app serves. Throws for anything else than the two words: a misspelt one would open everything. */
export function serves(): 'all' | 'feeds' {
  const given = process.env.SERVICE_TAG_SYNC_SERVES || 'all';
  if (given === 'all' || given === 'feeds') return given;
  throw new Error(`SERVICE_TAG_SYNC_SERVES: expected all or feeds, got ${JSON.stringify(given)}`);
}
