import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'lookup',
  options: {
    route: 'lookup',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/lookup.ts')).getLookup, openOperator),
  },
});
