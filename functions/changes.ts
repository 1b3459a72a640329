import { answer } from '../src/api/answer.ts';
import { answerChanges } from '../src/api/look.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'changes',
  options: {
    route: 'changes',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerChanges, request, context, () => openDesk(context)),
  },
});
