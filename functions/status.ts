import { answer } from '../src/api/answer.ts';
import { answerStatus } from '../src/api/status.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'status',
  options: {
    route: 'status',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerStatus, request, context, () => openDesk(context)),
  },
});
