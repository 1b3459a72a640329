import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'work-lane',
  options: {
    queueName: queues.lanes,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { handleLaneMessage } = await import('../src/queues/lane-message.ts');
      const tries = context.triggerMetadata?.dequeueCount;
      await handleLaneMessage(await openService(context), message, tries === undefined ? undefined : Number(tries));
    },
  },
});
