import * as z from 'zod';
import { previewMarkdown } from '../messages/preview.ts';
import { previewAnswer } from './answers/previews.ts';
import { dated, decisionBodies } from './decisions.ts';
import { endpoint } from './handle.ts';
import { acceptedFormat, json, text } from './responses.ts';

/** A decision before anybody has decided it: who, why and with which ticket is not asked yet. */
const bodies = {
  run: z.strictObject({}),
  answer: decisionBodies.answer.partial({ why: true }),
  'answer-publication': decisionBodies['answer-publication'].partial({ why: true }),
  approve: decisionBodies.approve.partial({ why: true }),
  decline: decisionBodies.decline.partial({ why: true }),
  withdraw: decisionBodies.withdraw.partial({ why: true }),
  'accept-publication': decisionBodies['accept-publication'].partial({ why: true }),
  pause: decisionBodies.pause.partial({ why: true }),
  resume: decisionBodies.resume.partial({ why: true }),
  pin: decisionBodies.pin.partial({ why: true }),
  unpin: decisionBodies.unpin.partial({ why: true }),
};

/**
 * POST /api/preview: what the next run would do after a decision (the body that would record it), or as things stand
 * (`{"kind": "run"}`). Records nothing and asks for no run. With `?format=markdown`, or such an Accept header, as a text.
 */
export const postPreview = endpoint({
  query: z.strictObject({
    format: z
      .enum(['json', 'markdown'], 'json or markdown')
      .describe('By the header Accept if absent; JSON if that names neither of them.')
      .optional(),
  }),
  body: { kinds: bodies },
  responses: {
    200: {
      text: 'Per target what the next run would add and remove, what waits and why, and what of it the decision changes.',
      json: previewAnswer,
      types: ['text/markdown'],
    },
    409: 'The decision could not be recorded, whoever took it.',
  },
  async answer({ request, operator: open, settings, query: { format = acceptedFormat(request) }, body }) {
    const [operator, { now }] = await Promise.all([open(), settings()]);
    const view = await operator.preview(body.kind === 'run' ? { kind: 'run' } : dated(body, now()));
    return format === 'markdown' ? text('text/markdown', previewMarkdown(view)) : json(200, view);
  },
});
