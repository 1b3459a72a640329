import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'registries',
  options: {
    route: 'registries',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/status.ts')).getRegistries, openOperator),
  },
});
