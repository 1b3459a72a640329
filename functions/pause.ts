import { answer } from '../src/api/answer.ts';
import { answerControl } from '../src/api/words.ts';
import { readSettings } from '../src/run/settings.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'pause',
  options: {
    route: 'pause',
    methods: ['POST'],
    authLevel: 'function',
    handler: (request, context) =>
      answer(
        answerControl('pause', () => readSettings(process.env)),
        request,
        context,
        () => openDesk(context),
      ),
  },
});
