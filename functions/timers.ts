import { app } from '@azure/functions';
import { openService } from './open-service.ts';

app.timer('sync-timer', {
  // Six fields, seconds first, UTC.
  schedule: process.env.SERVICE_TAG_SYNC_SCHEDULE || '0 0 */6 * * *',
  async handler(_timer, context) {
    const { run, joined } = await (await openService(context)).requestRun({ trigger: 'timer' });
    context.log(joined ? `joined run ${run}, which is queued and covers all targets now` : `queued run ${run}`);
  },
});

app.timer('housekeeping-timer', {
  schedule: '0 */10 * * * *',
  handler: async (_timer, context) => (await openService(context)).runMaintenance(),
});
