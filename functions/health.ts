import { openService } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'health',
  options: {
    route: 'health',
    methods: ['GET'],
    authLevel: 'anonymous',
    handler: async (_request, context) => {
      const { getHealth } = await import('../src/http/health.ts');
      return getHealth(context, () => openService(context));
    },
  },
});
