import { openService } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'run',
  options: {
    route: 'runs/{id}',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/runs.ts')).getRun, openService),
  },
});
