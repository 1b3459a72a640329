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
      const { handlePoisonedLane } = await import('../src/queues/lane-message.ts');
      await handlePoisonedLane(await openService(context), message);
    },
  },
});
