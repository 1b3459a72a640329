import { answer } from '../src/api/answer.ts';
import { answerTestChannels } from '../src/api/channels.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'test-channels',
  options: {
    route: 'channels/test',
    methods: ['POST'],
    authLevel: 'function',
    handler: (request, context) => answer(answerTestChannels, request, context, () => openService(context)),
  },
});
