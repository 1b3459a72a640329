import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import { digestOf } from '../../src/messages/news.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { emailOf } from '../../src/notifiers/email.ts';
import { slackMessage } from '../../src/notifiers/slack.ts';
import { teamsMessage } from '../../src/notifiers/teams.ts';
import { readSettings } from '../../src/run/settings.ts';
import { placesFor } from '../support/places.ts';
import { messageOf } from '../support/sample-notices.ts';

const empty = { lists: { west: { tags: ['Storage.WestUS'] } }, targets: {} };

// A tag's name is Microsoft's or whoever's file it is: it must lead nowhere else, and end no element.
const evil = '../../sign-in?next=//evil.example#"><img src=x>*|<https://evil.example|x>';
const hold = (tag: string, id = tag): DomainEvent => ({
  kind: 'hold-opened',
  hold: id,
  tag,
  of: 'loss',
  changeNumber: 1,
  prefixes: ['20.60.0.0/24'],
  addresses: { ipv4: '256', ipv6: '0' },
  questions: [{ rule: 'lost-share', text: 'much is gone', next: 'answer it' }],
});

function noticesFor(...events: DomainEvent[]) {
  const { config, places } = placesFor(empty, 'https://sync.contoso.example');
  return noticesOf(events, { at: '2024-01-25T04:00:00.000Z', run: 'r-1', ...config, places });
}

test('names of others are encoded in addresses and escaped in titles', () => {
  const [notice] = noticesFor(hold(evil));
  if (!notice) throw new Error('expected a notice');
  for (const { url } of notice.links ?? []) {
    const { origin, pathname, search } = new URL(url);
    expect([origin, search]).toEqual(['https://sync.contoso.example', '']);
    expect(pathname).toMatch(/^\/ui\/(inbox\/[^/]+(\/(keep|remove))?|runs\/r-1|runbook)$/);
  }
  const message = messageOf(notice);
  const { content } = emailOf(message, { from: 'a@contoso.example', to: ['b@contoso.example'] });
  expect(content.html).not.toMatch(/<img|<https/);
  const { blocks } = slackMessage(message) as { blocks: { elements?: { text: { type: string; text: string } }[] }[] };
  const titles = blocks.flatMap(({ elements = [] }) => elements.map(({ text }) => text));
  expect(titles.length).toBeGreaterThan(3);
  for (const { type, text } of titles) expect([type, text.length <= 75]).toEqual(['plain_text', true]);
});

test('every kind of target that is a resource of Azure can be led to', () => {
  const inAzure = knownKinds.targets.filter(({ schema }) => 'subscriptionId' in schema.shape);
  expect(inAzure.length).toBeGreaterThan(5);
  const place = {
    subscriptionId: 'S',
    resourceGroup: 'G',
    name: 'N',
    nsg: 'N',
    policy: 'N',
    firewall: 'N',
    registry: 'N',
  };
  for (const { kind, resource } of inAzure) {
    expect(resource?.(place), kind).toMatch(
      /^\/subscriptions\/S\/resourceGroups\/G\/providers\/Microsoft\.\w+\/\w+\/N(-1)?$/,
    );
  }
});

test('many questions have one way to the inbox in place of a button each', () => {
  const few = noticesFor(hold('A.b', 'h1'), hold('C.d', 'h2'), hold('E.f', 'h3'))[0]?.links ?? [];
  expect(few.filter(({ rel }) => rel === 'answer').map(({ title }) => title)).toEqual([
    'Keep A.b',
    'Remove A.b',
    'Keep C.d',
    'Remove C.d',
    'Keep E.f',
    'Remove E.f',
  ]);
  const many = noticesFor(hold('A.b', 'h1'), hold('C.d', 'h2'), hold('E.f', 'h3'), hold('G.h', 'h4'))[0]?.links ?? [];
  expect(many.map(({ rel, url }) => [rel, url])).toEqual([
    ['page', 'https://sync.contoso.example/ui'],
    ['run', 'https://sync.contoso.example/ui/runs/r-1'],
    ['runbook', 'https://sync.contoso.example/ui/runbook#question'],
  ]);
});

test('a digest has the answers of its one question as buttons, of several only in its lines', () => {
  const [one] = noticesFor(hold('A.b', 'h1'));
  const [other] = noticesFor(hold('C.d', 'h2'));
  if (!one || !other) throw new Error('expected notices');
  const rels = (digest: ReturnType<typeof digestOf>) => digest.links?.map(({ rel }) => rel);
  expect(rels(digestOf([one], 0, 'which waited'))).toEqual(['answer', 'answer', 'page', 'runbook']);
  const both = digestOf([one, other], 0, 'which waited');
  expect(rels(both)).toEqual(['page', 'page', 'runbook']);
  expect(both.lines).toContain('Keep: https://sync.contoso.example/ui/inbox/h2/keep');
  const card = JSON.stringify(teamsMessage(messageOf(both)));
  expect(card).not.toContain('Action.Submit');
  expect(card).not.toContain('Action.Http');
});

describe('the address of the app', () => {
  const ownUrl = (host: string) =>
    readSettings({ AzureWebJobsStorage: 'UseDevelopmentStorage=true', WEBSITE_HOSTNAME: host }).ownUrl;
  test.each([
    ['app.azurewebsites.net', 'https://app.azurewebsites.net'],
    ['localhost:7071', 'http://localhost:7071'],
    ['127.0.0.1:7071', 'http://127.0.0.1:7071'],
    ['', undefined],
    ['evil.example/path', undefined],
    ['user@evil.example', undefined],
  ])('of the host name %j is %j', (host, url) => expect(ownUrl(host)).toBe(url));
});

test.each([
  'https://sync.contoso.com/?code=abc',
  'https://user:secret@sync.contoso.com',
  'https://sync.contoso.com/#x',
  'javascript:alert(1)',
  'sync.contoso.com',
])('links.page %j is refused: it stands in every notice', (page) => {
  expect(() => placesFor({ ...empty, links: { page } })).toThrow(ConfigError);
});
