import { expect, test } from 'vitest';
import { getHealth } from '../../src/http/health.ts';
import { invocation, serviceForTests } from '../support/service.ts';

test('good checks answer 200', async () => {
  const response = await getHealth(invocation().context, async () => serviceForTests());
  expect(response).toMatchObject({
    status: 200,
    jsonBody: { status: 'good', checks: [{ name: 'storage', ok: true }] },
  });
});

test('a failing check answers 503 and keeps its words for the log, since anyone may ask', async () => {
  const { context, lines } = invocation();
  const checks = [{ name: 'storage', ok: false, text: 'account contoso does not answer' }];
  const service = serviceForTests({ health: async () => ({ ok: false, checks }) });
  const response = await getHealth(context, async () => service);
  expect(response).toMatchObject({ status: 503, jsonBody: { status: 'failing' } });
  expect(JSON.stringify(response)).not.toContain('contoso');
  expect(lines.join()).toContain('account contoso does not answer');
});

test('a service that cannot be opened is a failing health, not an error', async () => {
  const { context, lines } = invocation();
  const response = await getHealth(context, async () => {
    throw new Error('config: lists.a: unknown tag');
  });
  expect(response).toMatchObject({ status: 503, jsonBody: { checks: [{ name: 'start', ok: false }] } });
  expect(JSON.stringify(response)).not.toContain('unknown tag');
  expect(lines.join()).toContain('unknown tag');
});
