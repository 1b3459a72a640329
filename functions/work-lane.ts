import { parseLaneMessage } from '../src/api/messages.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';
import { mostTries, queues } from './settings.ts';

register({
  kind: 'queue',
  name: 'work-lane',
  options: {
    queueName: queues.lanes,
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const lane = parseLaneMessage(message);
      const service = await openService(context);
      try {
        await service.workLane(lane);
      } catch (error) {
        // The last try is the last chance to say why; the poison queue carries messages without reasons.
        if (!(Number(context.triggerMetadata?.dequeueCount) >= mostTries)) throw error;
        context.error(error);
        await service.giveUpLane(lane, error instanceof Error ? error.message : String(error));
      }
    },
  },
});
