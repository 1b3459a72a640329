import { openService } from './open-service.ts';
import { register } from './register.ts';
import { queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'begin-run',
  options: {
    queueName: queues.runs,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { parseRunMessage } = await import('../src/queues/messages.ts');
      await (await openService(context)).startRun(parseRunMessage(message));
    },
  },
});
