import { app } from '@azure/functions';
import { queueNames } from '../src/ports/queues.ts';
import { queueFunctions } from '../src/queues/queues.ts';
import { openService } from './open-service.ts';

/** `<prefix>-runs`, `<prefix>-lanes` and `<prefix>-deliveries`. */
const names = queueNames(process.env.SERVICE_TAG_SYNC_QUEUES || 'service-tag-sync');

for (const { name, queue, load } of queueFunctions) {
  app.storageQueue(name, {
    queueName: names[queue],
    connection: 'AzureWebJobsStorage',
    async handler(message, context) {
      const work = await load();
      const tries = context.triggerMetadata?.dequeueCount;
      await work(await openService(context), message, tries === undefined ? undefined : Number(tries));
    },
  });
}
