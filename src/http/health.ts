import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Service } from '../run/service.ts';

/**
 * GET /api/health: 200 if all checks are good, else 503. Anyone may ask, so the answer names the checks and nothing
 * more; what is wrong with one is in the log.
 */
export async function getHealth(
  context: Pick<InvocationContext, 'error' | 'warn'>,
  open: () => Promise<Service>,
): Promise<HttpResponseInit> {
  try {
    const { ok, checks } = await (await open()).health();
    for (const check of checks) if (!check.ok) context.warn(`health: ${check.name}: ${check.text}`);
    return answerOf(
      ok,
      checks.map(({ name, ok }) => ({ name, ok })),
    );
  } catch (error) {
    context.error('health: the service could not be opened:', error);
    return answerOf(false, [{ name: 'start', ok: false }]);
  }
}

function answerOf(ok: boolean, checks: readonly { name: string; ok: boolean }[]): HttpResponseInit {
  return {
    status: ok ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
    jsonBody: { status: ok ? 'good' : 'failing', checks },
  };
}
