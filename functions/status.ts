import { openDesk } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'status',
  options: {
    route: 'status',
    methods: ['GET'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/api/status.ts')).answerStatus, openDesk),
  },
});
