import { openService } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'timer',
  name: 'housekeeping-timer',
  options: {
    schedule: '0 */10 * * * *',
    handler: async (_timer, context) => (await openService(context)).runMaintenance(),
  },
});
