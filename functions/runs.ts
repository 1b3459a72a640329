import { openService } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'runs',
  options: {
    route: 'runs',
    methods: ['GET', 'POST'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/runs.ts')).handleRuns, openService),
  },
});
