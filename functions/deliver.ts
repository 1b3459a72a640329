import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'deliver',
  options: {
    queueName: queues.deliveries,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { parseDeliveryMessage } = await import('../src/queues/messages.ts');
      await (await openService(context)).deliver(parseDeliveryMessage(message));
    },
  },
});
