import { openService } from './open-service.ts';
import { register } from './register.ts';
import { syncSchedule } from './settings.ts';

register({
  kind: 'timer',
  name: 'sync-timer',
  options: {
    schedule: syncSchedule,
    handler: async (_timer, context) => {
      const { run, joined } = await (await openService(context)).requestRun({ trigger: 'timer' });
      context.log(joined ? `joined the open run ${run}` : `queued run ${run}`);
    },
  },
});
