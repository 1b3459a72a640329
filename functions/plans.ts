import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'plans',
  options: {
    route: 'plans/{*id}',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/plans.ts')).getPlan, openOperator),
  },
});
