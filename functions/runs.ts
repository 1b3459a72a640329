import { answer } from '../src/api/answer.ts';
import { answerRuns } from '../src/api/runs.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'runs',
  options: {
    route: 'runs',
    methods: ['GET', 'POST'],
    authLevel: 'function',
    handler: (request, context) => answer(answerRuns, request, context, () => openService(context)),
  },
});
