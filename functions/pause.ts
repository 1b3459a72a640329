import { openDesk } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'pause',
  options: {
    route: 'pause',
    methods: ['POST'],
    authLevel: 'function',
    handler: route(async () => {
      const [{ answerControl }, { readSettings }] = await Promise.all([
        import('../src/api/words.ts'),
        import('../src/run/settings.ts'),
      ]);
      return answerControl('pause', () => readSettings(process.env));
    }, openDesk),
  },
});
