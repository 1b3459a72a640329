import { queueNames } from '../src/store/queue-names.ts';

/** `<prefix>-runs`, `<prefix>-lanes` and `<prefix>-deliveries`. */
export const queues = queueNames(process.env.SERVICE_TAG_SYNC_QUEUES || 'service-tag-sync');

/** As in host.json: how often a message is tried before it goes to its poison queue. */
export const mostTries = 5;

/** Six fields, seconds first, UTC. */
export const syncSchedule = process.env.SERVICE_TAG_SYNC_SCHEDULE || '0 0 */6 * * *';
