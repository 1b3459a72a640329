import { openDesk } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'pin',
  options: {
    route: 'pin',
    methods: ['POST'],
    authLevel: 'function',
    handler: route(async () => {
      const [{ answerControl }, { readSettings }] = await Promise.all([
        import('../src/api/words.ts'),
        import('../src/run/settings.ts'),
      ]);
      return answerControl('pin', () => readSettings(process.env));
    }, openDesk),
  },
});
