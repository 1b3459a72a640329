import { answer } from '../src/api/answer.ts';
import { answerHolds } from '../src/api/status.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'holds',
  options: {
    route: 'holds',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerHolds, request, context, () => openDesk(context)),
  },
});
