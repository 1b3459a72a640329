import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'give-up-lane',
  options: {
    queueName: queues.lanesPoison,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { takePoisonedLane } = await import('../src/api/lane-message.ts');
      await takePoisonedLane(await openService(context), message);
    },
  },
});
