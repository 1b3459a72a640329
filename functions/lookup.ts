import { answer } from '../src/api/answer.ts';
import { answerLookup } from '../src/api/look.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'lookup',
  options: {
    route: 'lookup',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerLookup, request, context, () => openDesk(context)),
  },
});
