import { parseLaneMessage } from '../src/api/messages.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'work-lane',
  options: {
    queueName: queues.lanes,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => (await openService(context)).workLane(parseLaneMessage(message)),
  },
});
