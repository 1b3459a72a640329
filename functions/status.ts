import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'status',
  options: {
    route: 'status',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/status.ts')).getStatus, openOperator),
  },
});
