import * as z from 'zod';
import { checkSignIn } from '../run/settings.ts';
import { channelsAnswer, healthAnswer } from './answers/runs.ts';
import { endpoint } from './handle.ts';
import { json } from './responses.ts';

/**
 * GET /api/health: 200 if all checks are good, else 503. Anyone may ask, so the answer names the checks and nothing
 * more; what is wrong with one is in the log.
 */
export const getHealth = endpoint({
  responses: {
    200: { text: 'All checks are good.', json: healthAnswer },
    503: { text: 'A check fails, by its name; the log says why.', json: healthAnswer },
  },
  async answer({ context, service }) {
    // Not with the rest: settings that are wrong open no service that could say so.
    const signIn = { name: 'sign-in', ...checkSignIn(process.env) };
    if (!signIn.ok) context.warn(`health: sign-in: ${signIn.text}`);
    try {
      const { checks } = await (await service()).health();
      for (const check of checks) if (!check.ok) context.warn(`health: ${check.name}: ${check.text}`);
      return healthJson([...checks, signIn]);
    } catch (error) {
      context.error('health: the service could not be opened:', error);
      return healthJson([signIn, { name: 'start', ok: false }]);
    }
  },
});

/** Of each check its name and result alone. */
function healthJson(all: readonly { readonly name: string; readonly ok: boolean }[]) {
  const checks = all.map(({ name, ok }) => ({ name, ok }));
  const good = checks.every(({ ok }) => ok);
  return good ? json(200, { status: 'good', checks } as const) : json(503, { status: 'failing', checks } as const);
}

/** POST /api/channels/test: sends a test message now; 200 if every receiver took it, else 502, with each one's answer. */
export const postTestChannels = endpoint({
  body: z.strictObject({
    channels: z.array(z.string().min(1)).min(1).describe('Ids of channels; all if absent.').optional(),
  }),
  responses: {
    200: { text: 'Every receiver took the test message.', json: channelsAnswer },
    502: { text: 'A receiver did not take it; each one with its answer.', json: channelsAnswer },
  },
  async answer({ service, body }) {
    const tests = await (await service()).testChannels(body.channels);
    return json(tests.every(({ ok }) => ok) ? 200 : 502, { channels: tests });
  },
});
