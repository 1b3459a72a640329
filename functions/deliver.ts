import { parseDeliveryMessage } from '../src/api/messages.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'deliver',
  options: {
    queueName: queues.deliveries,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => (await openService(context)).deliver(parseDeliveryMessage(message)),
  },
});
