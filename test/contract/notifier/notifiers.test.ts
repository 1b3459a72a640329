import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { notifiers } from '../../../src/notifiers/index.ts';
import { startReceiver } from '../../support/receiver.ts';
import { messageOf, notice } from '../../support/sample-notices.ts';
import { notifierFixtures, signingSecret } from '../kinds/notifiers.ts';
import { describeChannel, openChannel } from './contract.ts';

for (const fixture of notifierFixtures) describeChannel(fixture);

const idle = new AbortController().signal;
const fixtureOf = (kind: string) => {
  const found = notifierFixtures.find((one) => one.kind === kind);
  if (!found) throw new Error(`no fixture for ${kind}`);
  return found;
};

test('every kind is in the suite; the log has no receiver', () => {
  expect(notifierFixtures.map(({ kind }) => kind)).toEqual(
    notifiers.map(({ kind }) => kind).filter((kind) => kind !== 'log'),
  );
});

test.each(notifiers)('$kind takes no unknown setting and describes each of its own', ({ schema, summary }) => {
  expect(summary).not.toBe('');
  expect(schema.safeParse({ colour: 'red' }).error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  for (const field of Object.values(schema.shape)) expect((field as { description?: string }).description).toBeTruthy();
});

test("a webhook's signature is one that Standard Webhooks verify", async () => {
  await using receiver = Object.assign(await startReceiver(), {
    async [Symbol.asyncDispose]() {
      await receiver.close();
    },
  });
  const fixture = fixtureOf('webhook');
  const definition = notifiers.find(({ kind }) => kind === 'webhook');
  const env = fixture.env(receiver.origin);
  const channel = await definition?.open(definition.schema.parse(fixture.config), {
    secret: ({ $env }) => env[$env] ?? '',
    // The library refuses what is older than five minutes.
    now: () => new Date(),
    log: () => undefined,
  });
  await channel?.send(messageOf(notice), idle);
  const [{ body = '', headers = {} } = {}] = receiver.received;
  const verifier = new Webhook(signingSecret);
  expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ id: 'message-1' });
  expect(() => verifier.verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test.each(['', 'whsec_', 'whsec_a', 'whsec_ä', 'whsec_!!!!'])(
  'the signing secret %j is one to correct',
  async (key) => {
    const env = { ...fixtureOf('webhook').env('http://127.0.0.1'), KEY: key };
    await expect(openChannel(fixtureOf('webhook'), env)).rejects.toThrow(/setting KEY/);
  },
);

test('an e-mail that was taken and then failed is refused, not sent anew', async () => {
  const receiver = await startReceiver();
  const headers = {
    'content-type': 'application/json',
    'operation-location': `${receiver.origin}/emails/operations/1`,
  };
  const failed = JSON.stringify({ id: '1', status: 'Failed', error: { code: 'EmailDropped', message: 'gone' } });
  receiver.behave({ status: 202, headers }, { status: 200, headers, body: failed });
  const channel = await openChannel(fixtureOf('email'), fixtureOf('email').env(receiver.origin));
  await expect(channel.send(messageOf(notice), idle)).rejects.toMatchObject({ name: 'NotifierError', kind: 'refused' });
  await receiver.close();
});

test('an address whose port no client may use is one to correct', async () => {
  const channel = await openChannel(fixtureOf('slack'), { URL: 'http://127.0.0.1:1/planted' });
  await expect(channel.send(messageOf(notice), idle)).rejects.toMatchObject({ kind: 'refused' });
});

test('the log gets one structured line', async () => {
  const logged: unknown[] = [];
  const log = notifiers.find(({ kind }) => kind === 'log');
  const channel = await log?.open(
    {},
    { secret: () => '', now: () => new Date(), log: (text, fields) => void logged.push([text, fields]) },
  );
  await channel?.send(messageOf(notice), idle);
  expect(logged).toEqual([
    [
      'notice',
      expect.objectContaining({
        'event.name': 'service-tag-sync.notice.question',
        severity: 'needs-you',
        run: 'r-1',
        ranges: [{ of: 'Storage.WestUS', what: 'held', count: 2 }],
      }),
    ],
  ]);
  // Its text may name people, and their reasons.
  expect(JSON.stringify(logged)).not.toMatch(/lost 78|The file drops|Answer:/);
});
