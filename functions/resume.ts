import { openOperator } from './open-service.ts';
import { register } from './register.ts';
import { route } from './route.ts';

register({
  kind: 'http',
  name: 'resume',
  options: {
    route: 'resume',
    methods: ['POST'],
    authLevel: 'function',
    handler: route(async () => {
      const [{ postControl }, { readSettings }] = await Promise.all([
        import('../src/http/decisions.ts'),
        import('../src/run/settings.ts'),
      ]);
      return postControl('resume', () => readSettings(process.env));
    }, openOperator),
  },
});
