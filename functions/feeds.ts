import { openFeeds } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'feeds',
  options: {
    route: 'feeds/{name}',
    methods: ['GET', 'HEAD'],
    // The host would want a key of its own; devices can send no more than HTTP Basic, so the check is in there.
    authLevel: 'anonymous',
    handler: async (request, context) => {
      const { getFeed } = await import('../src/http/feeds.ts');
      return getFeed(request, context, () => openFeeds(context));
    },
  },
});
