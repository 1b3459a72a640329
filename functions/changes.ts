import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'changes',
  options: {
    route: 'changes',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/lookup.ts')).getChanges, openOperator),
  },
});
