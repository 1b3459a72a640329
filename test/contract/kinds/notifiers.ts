import { type NotifierFixture, PLANTED } from '../notifier/fixture.ts';

export const signingSecret = `whsec_${Buffer.from(`${PLANTED} and then some more`).toString('base64')}`;

const url = { url: { $env: 'URL' } };

export const notifierFixtures: readonly NotifierFixture[] = [
  {
    kind: 'teams',
    config: url,
    env: (origin) => ({ URL: `${origin}/workflows/${PLANTED}?sig=${PLANTED}` }),
    contentType: 'application/json',
  },
  {
    kind: 'slack',
    config: url,
    env: (origin) => ({ URL: `${origin}/services/${PLANTED}` }),
    contentType: 'application/json',
  },
  {
    kind: 'webhook',
    config: { ...url, signingSecret: { $env: 'KEY' }, ticket: true },
    env: (origin) => ({ URL: `${origin}/${PLANTED}`, KEY: signingSecret }),
    contentType: 'application/cloudevents+json; charset=utf-8',
    key: 'webhook-id',
  },
  {
    kind: 'email',
    config: { connection: { $env: 'MAIL' }, from: 'sync@contoso.example', to: ['ops@contoso.example'] },
    env: (origin) => ({ MAIL: `endpoint=${origin}/;accesskey=${Buffer.from(PLANTED).toString('base64')}` }),
    taken: (origin) => ({ status: 202, headers: { 'operation-location': `${origin}/emails/operations/1` } }),
    contentType: 'application/json',
    key: 'operation-id',
    readsAnswer: true,
  },
];
