import { openOperator } from './open-service.ts';
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
      const [{ postAnswers }, { readSettings }] = await Promise.all([
        import('../src/http/decisions.ts'),
        import('../src/run/settings.ts'),
      ]);
      return postAnswers(() => readSettings(process.env));
    }, openOperator),
  },
});
