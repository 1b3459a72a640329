import { answer } from '../src/api/answer.ts';
import { answerRun } from '../src/api/runs.ts';
import { openService } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'run',
  options: {
    route: 'runs/{id}',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerRun, request, context, () => openService(context)),
  },
});
