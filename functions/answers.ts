import { openDesk } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'answers',
  options: {
    route: 'answers',
    methods: ['POST'],
    authLevel: 'function',
    handler: route(async () => {
      const [{ answerAnswers }, { readSettings }] = await Promise.all([
        import('../src/api/words.ts'),
        import('../src/run/settings.ts'),
      ]);
      return answerAnswers(() => readSettings(process.env));
    }, openDesk),
  },
});
