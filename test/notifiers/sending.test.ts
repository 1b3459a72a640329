import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifiers } from '../../src/notifiers/index.ts';
import { NotifierError } from '../../src/ports/notifier.ts';
import { resolveSecret } from '../../src/ports/secret.ts';
import { type Manner, type Receiver, startReceiver } from '../fakes/receiver.ts';
import { messageOf, notice } from './sample-notices.ts';

const planted = 'planted-9f3b';
const signingSecret = `whsec_${Buffer.from(`${planted} and then some more`).toString('base64')}`;

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

interface Case {
  readonly kind: string;
  readonly config: object;
  readonly env: (origin: string) => Record<string, string>;
}

const url = { url: { $env: 'URL' } };
const cases: readonly Case[] = [
  { kind: 'teams', config: url, env: (origin) => ({ URL: `${origin}/workflows/${planted}?sig=${planted}` }) },
  { kind: 'slack', config: url, env: (origin) => ({ URL: `${origin}/services/${planted}` }) },
  {
    kind: 'webhook',
    config: { ...url, signingSecret: { $env: 'KEY' }, ticket: true },
    env: (origin) => ({ URL: `${origin}/${planted}`, KEY: signingSecret }),
  },
  {
    kind: 'email',
    config: { connection: { $env: 'MAIL' }, from: 'sync@contoso.example', to: ['ops@contoso.example'] },
    env: (origin) => ({ MAIL: `endpoint=${origin}/;accesskey=${Buffer.from(planted).toString('base64')}` }),
  },
];

function open({ kind, config }: Case, env: Record<string, string>) {
  const definition = notifiers.find((one) => one.kind === kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  return definition.open(definition.schema.parse(config), {
    secret: (ref) => resolveSecret(ref, env),
    now: () => new Date(),
    log: () => undefined,
    answerMs: 300,
  });
}

async function failureOf(one: Case, env: Record<string, string>): Promise<NotifierError> {
  const error = await open(one, env)
    .then((notifier) => notifier.send(messageOf(notice), new AbortController().signal))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(NotifierError);
  return error as NotifierError;
}

describe.each(cases)('$kind', (one) => {
  test('is taken with one request', async () => {
    if (one.kind === 'email') {
      receiver.behave({ status: 202, headers: { 'operation-location': `${receiver.origin}/emails/operations/1` } });
    }
    const notifier = await open(one, one.env(receiver.origin));
    await notifier.send(messageOf(notice), new AbortController().signal);
    // The e-mail library asks once how its operation fares; that request has no body.
    expect(receiver.received.filter(({ body }) => body !== '')).toHaveLength(1);
    expect(receiver.received[0]?.body).toContain('Storage.WestUS lost 78.8 %');
  });

  const failures: [Manner, NotifierError['kind'], number?][] = [
    ['silent', 'unreachable'],
    ['cut', 'unreachable'],
    [{ status: 500, body: planted }, 'busy'],
    [{ status: 429, headers: { 'retry-after': '7' }, body: planted }, 'busy', 7_000],
    [{ status: 404, body: planted }, 'refused'],
    [{ status: 410, body: planted }, 'refused'],
    [{ status: 400, body: planted }, 'refused'],
  ];
  test.each(failures)('that answers %j is %s, in one try, and no secret shows', async (manner, kind, retryAfterMs) => {
    receiver.behave(manner);
    const error = await failureOf(one, one.env(receiver.origin));
    expect(error.kind).toBe(kind);
    expect(error.retryAfterMs).toBe(retryAfterMs);
    expect(receiver.received).toHaveLength(1);
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(planted);
  });

  test('whose settings are nonsense is refused, naming the setting and not its value', async () => {
    const names = Object.keys(one.env(''));
    for (const name of names) {
      const env = { ...one.env(receiver.origin), [name]: `no:${planted} at all!` };
      const error = await failureOf(one, env);
      expect(error.kind).toBe('refused');
      expect(error.message).toContain(name);
      expect(error.message).not.toContain(planted);
    }
  });

  test('that nobody listens for is unreachable', async () => {
    const env = one.env(receiver.origin);
    await receiver.close();
    const error = await failureOf(one, env);
    expect(error.kind).toBe('unreachable');
    expect(error.message).not.toContain(planted);
    receiver = await startReceiver();
  });
});

test("a webhook's signature is one that Standard Webhooks verify", async () => {
  const [, , webhook] = cases;
  if (!webhook) throw new Error('no webhook');
  const notifier = await open(webhook, webhook.env(receiver.origin));
  await notifier.send(messageOf(notice), new AbortController().signal);
  const [{ body = '', headers = {} } = {}] = receiver.received;
  const verifier = new Webhook(signingSecret);
  expect(verifier.verify(body, headers as Record<string, string>)).toMatchObject({ id: 'message-1' });
  expect(() => verifier.verify(`${body} `, headers as Record<string, string>)).toThrow();
  expect(headers['content-type']).toContain('application/cloudevents+json');
});

test('an e-mail is the same operation each time it is sent', async () => {
  const mail = cases.find(({ kind }) => kind === 'email');
  if (!mail) throw new Error('no e-mail');
  receiver.behave({ status: 202, headers: { 'operation-location': `${receiver.origin}/emails/operations/1` } });
  const notifier = await open(mail, mail.env(receiver.origin));
  for (let i = 0; i < 2; i++) await notifier.send(messageOf(notice), new AbortController().signal);
  const operations = receiver.received.filter(({ body }) => body !== '').map(({ headers }) => headers['operation-id']);
  expect(operations[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(operations[1]).toBe(operations[0]);
});

test('the log gets one structured line', async () => {
  const logged: unknown[] = [];
  const log = notifiers.find(({ kind }) => kind === 'log');
  const notifier = await log?.open(
    {},
    { secret: () => '', now: () => new Date(), log: (message, fields) => void logged.push([message, fields]) },
  );
  await notifier?.send(messageOf(notice), new AbortController().signal);
  expect(logged).toEqual([
    [
      'notice',
      expect.objectContaining({ 'event.name': 'service-tag-sync.notice.question', severity: 'needs-you', run: 'r-1' }),
    ],
  ]);
});
