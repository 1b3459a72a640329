/** Setting with the names of storage queues: `<prefix>-runs` and `<prefix>-lanes`. */
const prefix = process.env.SERVICE_TAG_SYNC_QUEUES || 'service-tag-sync';

export const queues = { runs: `${prefix}-runs`, lanes: `${prefix}-lanes` };

/** Six fields, seconds first, UTC. */
export const syncSchedule = process.env.SERVICE_TAG_SYNC_SCHEDULE || '0 0 */6 * * *';
