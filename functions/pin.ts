import { answer } from '../src/api/answer.ts';
import { answerControl } from '../src/api/words.ts';
import { readSettings } from '../src/run/settings.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'pin',
  options: {
    route: 'pin',
    methods: ['POST'],
    authLevel: 'function',
    handler: (request, context) =>
      answer(
        answerControl('pin', () => readSettings(process.env)),
        request,
        context,
        () => openDesk(context),
      ),
  },
});
