import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstCandidate, SourceError } from '../../src/ports/source.ts';
import { downloadCentre } from '../../src/sources/download-centre.ts';
import type { DownloadCentreConfig } from '../../src/sources/download-schema.ts';
import { type Reply, startWebServer, type WebServer } from '../support/web-server.ts';
import { judge, latestPath, openDownloadCentre, page, publications, secrets } from './download-setup.ts';

let microsoft: WebServer;
let mirror: WebServer;
beforeEach(async () => {
  [microsoft, mirror] = await Promise.all([startWebServer(), startWebServer()]);
});
afterEach(() => Promise.all([microsoft.close(), mirror.close()]));

const newFile: Reply = { headers: { 'content-type': 'application/json' }, body: publications.new.text };
type Mirror = DownloadCentreConfig['mirrors'][number];

function open(mirrors: readonly Partial<Mirror>[], more: Partial<DownloadCentreConfig> = {}) {
  const whole = mirrors.map((one) => ({ url: `${mirror.origin}/tags.json`, headers: {}, ...one }));
  return openDownloadCentre(microsoft, { mirrors: whole, attempts: 1, ...more });
}

const headersAt = (server: WebServer, path: string) => server.requests.find((one) => one.path === path)?.headers;

test('a mirror gets its login and its headers, and nobody else does', async () => {
  Object.assign(secrets, { MIRROR_PASSWORD: 'pässword', MIRROR_TOKEN: 'token', PAGE_TOKEN: 'page' });
  mirror.answer('/tags.json', newFile);
  const basic = { user: 'reader', password: { $env: 'MIRROR_PASSWORD' } };
  const source = await open([{ basic, headers: { 'X-Token': { $env: 'MIRROR_TOKEN' }, 'X-Team': 'network' } }], {
    ...{ userAgent: 'Mozilla/5.0 (compatible)', headers: { 'X-Page': { $env: 'PAGE_TOKEN' } } },
  });
  const { taken } = await judge(source);
  expect(taken?.provenance.via).toBe('download-centre/mirror');
  expect(headersAt(mirror, '/tags.json')).toMatchObject({
    authorization: `Basic ${Buffer.from('reader:pässword').toString('base64')}`,
    'user-agent': 'Mozilla/5.0 (compatible)',
    'x-team': 'network',
    'x-token': 'token',
  });
  expect(headersAt(mirror, '/tags.json')).not.toHaveProperty('x-page');
  const atPage = headersAt(microsoft, '/details');
  expect(atPage).toMatchObject({ 'x-page': 'page', 'user-agent': 'Mozilla/5.0 (compatible)' });
  expect(atPage).not.toHaveProperty('authorization');
});

test('a redirect to a trusted host gets no login; one to another host is told with the setting', async () => {
  Object.assign(secrets, { MIRROR_PASSWORD: 'password' });
  const storage = await startWebServer();
  mirror.answer('/tags.json', { status: 302, headers: { location: `${storage.origin}/blob?sig=secret` } });
  storage.answer('/blob?sig=secret', newFile);
  const mirrors = [{ basic: { user: 'reader', password: { $env: 'MIRROR_PASSWORD' } } }];

  const { error } = await judge(await open(mirrors));
  expect(storage.requests).toEqual([]);
  expect(error).toContain(`mirror ${mirror.origin}/tags.json: is redirected to ${storage.origin}, expected one of`);
  expect(error).toContain(`Next: if you trust ${storage.origin}, add it to \`origins\` of the source`);

  const { taken } = await judge(await open(mirrors, { origins: [microsoft.origin, storage.origin] }));
  expect(taken?.provenance.url).toBe(`${storage.origin}/blob`);
  expect(headersAt(storage, '/blob?sig=secret')).not.toHaveProperty('authorization');
  await storage.close();
});

test('several mirrors are asked in their order, one without its secret is told and left', async () => {
  mirror.answer('/second.json?sig=s', { status: 410 });
  mirror.answer('/third.json', newFile);
  Object.assign(secrets, { SECOND: `${mirror.origin}/second.json?sig=s` });
  const source = await open([
    { url: { $env: 'NOT_SET' } },
    { url: { $env: 'SECOND' } },
    { url: `${mirror.origin}/third.json` },
  ]);
  const { provenance, notes } = await firstCandidate(source, AbortSignal.timeout(5000));
  expect(provenance).toMatchObject({ via: 'download-centre/mirror-3', url: `${mirror.origin}/third.json` });
  const said = notes.join('\n');
  expect(said).toMatch(/mirror: expected a secret in the environment setting NOT_SET/);
  expect(said).toContain(`mirror-2 ${mirror.origin}/second.json: HTTP 410`);
  expect(said).not.toContain('sig=');
});

test('mirrors come first where the config says so, and the page is the second opinion then', async () => {
  mirror.answer('/tags.json', newFile);
  microsoft.answer('/details', { body: page('links-only', microsoft.origin) });
  microsoft.answer('/download/A/B/C/ServiceTags_Public_20261109.json', newFile);
  const source = await open([{}], { mirrorsFirst: true });
  const taken = await firstCandidate(source, AbortSignal.timeout(5000));
  expect([taken.provenance.via, microsoft.requests]).toEqual(['download-centre/mirror', []]);
  const others: string[] = [];
  for await (const { provenance } of source.others?.(AbortSignal.timeout(5000), taken) ?? [])
    others.push(provenance.via);
  expect(others).toEqual(['download-centre/page-link']);
});

test.each([
  [{ status: 401 }, /mirror .*: HTTP 401, the server wants a login/, /give the mirror `basic` or `headers`/],
  [{ status: 403 }, /mirror .*: HTTP 403/, /set `userAgent` or `headers`/],
] as const)('%o of a mirror says what to set', async (reply, says, next) => {
  mirror.answer('/tags.json', reply);
  const source = await open([{}]);
  const error = await firstCandidate(source, AbortSignal.timeout(5000)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SourceError);
  const { message, next: steps } = error as SourceError;
  expect(message).toMatch(says);
  expect(steps.join()).toMatch(next);
});

test.each(['mirror', 'detailsPage', 'latest', 'lastGood'])('%s takes no login in an address', (name) => {
  const parsed = downloadCentre.schema.safeParse({ [name]: 'https://user:word@mirror.example/a.json' });
  expect(parsed.error?.issues[0]?.message).toContain('without user name and password');
});

test('a file of a page that hangs leaves the files behind it their time, and a mirror that hangs the other opinions', async () => {
  microsoft.answer('/details', { body: page('links-only', microsoft.origin) });
  microsoft.answer('/download/A/B/C/ServiceTags_Public_20261109.json', { how: 'silent' });
  microsoft.answer('/download/A/B/C/ServiceTags_Public_20261102.json', newFile);
  const quick = { totalSeconds: 3, attemptSeconds: 60 };
  const source = await open([{ url: `${mirror.origin}/hangs.json` }, {}], quick);
  const taken = await firstCandidate(source, AbortSignal.timeout(15_000));
  expect(taken.file).toBe('ServiceTags_Public_20261102.json');
  expect(taken.notes.join()).toMatch(/20261109\.json: its share of the time for all ways \(3 s\) is used up/);

  microsoft.answer(latestPath, { how: 'silent' });
  mirror.answer('/hangs.json', { how: 'silent' });
  mirror.answer('/tags.json', newFile);
  const others: string[] = [];
  for await (const { provenance } of source.others?.(AbortSignal.timeout(15_000), taken) ?? [])
    others.push(provenance.via);
  expect(others).toEqual(['download-centre/mirror-2']);
});
