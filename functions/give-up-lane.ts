import { parseLaneMessage } from '../src/api/messages.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';
import { mostTries, queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'give-up-lane',
  options: {
    queueName: queues.lanesPoison,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) =>
      (await openService(context)).giveUpLane(
        parseLaneMessage(message),
        `its worker ended ${mostTries} times without a word (the process was stopped, or ran out of memory): see the log of function work-lane`,
      ),
  },
});
