import { messageOf } from '../core/errors.ts';
import { outgoingFetch } from '../network/outgoing.ts';
import { bad, type Check } from './check.ts';

/** For one answer of health. A cold start takes seconds. */
const patienceMs = 20_000;

/**
 * What the health of a deployed app says of one of its checks; it needs no credentials. A Check with the fault where the app
 * does not say so.
 */
export async function askApp(of: string, url: string, signal: AbortSignal): Promise<boolean | Check> {
  const health = `${url.replace(/\/$/, '')}/api/health`;
  let answered: unknown;
  try {
    const answer = await outgoingFetch(health, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    answered = await answer.json();
  } catch (error) {
    // Of the network, of the time, or of what is no JSON: each says that this is not the app, or that it cannot be reached.
    if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
    return bad(
      of,
      `${health} gives no answer: ${messageOf(error)}`,
      'check the URL of the app, and the network path to it',
    );
  }
  const { checks } = (answered ?? {}) as { checks?: unknown };
  const own = Array.isArray(checks) ? checks.find((check) => check?.name === of) : undefined;
  if (typeof own?.ok === 'boolean') return own.ok;
  return bad(
    of,
    `${health} has no check "${of}"`,
    'check the URL; an app of an older version has no such check: deploy it again',
  );
}
