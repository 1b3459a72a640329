import { answer } from '../src/api/answer.ts';
import { answerAnswers } from '../src/api/words.ts';
import { readSettings } from '../src/run/settings.ts';
import { openDesk } from './open-service.ts';
import { register } from './register.ts';

register({
  kind: 'http',
  name: 'answers',
  options: {
    route: 'answers',
    methods: ['POST'],
    authLevel: 'function',
    handler: (request, context) =>
      answer(
        answerAnswers(() => readSettings(process.env)),
        request,
        context,
        () => openDesk(context),
      ),
  },
});
