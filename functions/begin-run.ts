import { parseRunMessage } from '../src/api/messages.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'begin-run',
  options: {
    queueName: queues.runs,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => (await openService(context)).beginRun(parseRunMessage(message)),
  },
});
