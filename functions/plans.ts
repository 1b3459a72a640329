import { answer } from '../src/api/answer.ts';
import { answerPlan } from '../src/api/plans.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'plans',
  options: {
    route: 'plans/{*id}',
    methods: ['GET'],
    authLevel: 'function',
    handler: (request, context) => answer(answerPlan, request, context, () => openDesk(context)),
  },
});
