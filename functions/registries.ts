import { answer } from '../src/api/answer.ts';
import { answerRegistries } from '../src/api/status.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'registries',
  options: {
    route: 'registries',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerRegistries, request, context, () => openDesk(context)),
  },
});
