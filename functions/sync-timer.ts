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
      context.log(joined ? `joined run ${run}, which is queued and covers all targets now` : `queued run ${run}`);
    },
  },
});
