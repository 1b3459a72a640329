import { openService } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'test-channels',
  options: {
    route: 'channels/test',
    methods: ['POST'],
    authLevel: 'function',
    handler: route(async () => (await import('../src/http/channels.ts')).postTestChannels, openService),
  },
});
