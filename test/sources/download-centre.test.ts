import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstCandidate } from '../../src/ports/source.ts';
import { type Reply, startWebServer, type WebServer } from '../support/web-server.ts';
import {
  judge,
  latestPath,
  newPath,
  oldPath,
  openDownloadCentre,
  page,
  publications,
  secrets,
} from './download-setup.ts';

let server: WebServer;
let elsewhere: WebServer;
beforeEach(async () => {
  [server, elsewhere] = await Promise.all([startWebServer(), startWebServer()]);
});
afterEach(() => Promise.all([server.close(), elsewhere.close()]));

const json = { 'content-type': 'application/json' };
const newFile: Reply = { headers: json, body: publications.new.text };
const oldFile: Reply = { headers: json, body: publications.old.text };
const oldestFile: Reply = { headers: json, body: publications.oldest.text };
const newName = 'ServiceTags_Public_20261109.json';
const latestName = 'ServiceTags_Public_Latest.json';
const zeros = new Uint8Array(20_000_000);

interface Case {
  readonly name: string;
  /** A made-up page, or what the details page answers instead of one. */
  readonly page: string | Reply;
  readonly files?: Readonly<Record<string, Reply>>;
  readonly taken?: { readonly via: string; readonly file: string; readonly publishedAt?: string };
  readonly refused?: readonly string[];
  /** What the notes of the taken file, or the error, must say. */
  readonly says?: readonly RegExp[];
}

const viaPage = { via: 'download-centre/details-page', file: newName, publishedAt: '2026-11-11' };
const viaLink = { via: 'download-centre/page-link', file: newName };
const viaLatest = { via: 'download-centre/latest', file: latestName };
const everywhere = { [newPath]: newFile, [oldPath]: oldFile, [latestPath]: newFile };

const cases: readonly Case[] = [
  { name: 'a page as it should be', page: 'details', taken: viaPage },
  { name: 'several files, the first one wrong', page: 'several-files', taken: viaPage, says: [/lists 3 files/] },
  { name: 'links only, the newest third', page: 'links-only', taken: viaLink, says: [/no readable __DLCDetails__/] },
  { name: 'links only, the newest first', page: 'links-reordered', taken: viaLink },
  { name: 'a link newer than the details', page: 'newer-link', taken: viaLink },
  {
    name: 'a lower-case path',
    page: 'lower-case',
    files: { '/download/a/b/c/servicetags_public_20261109.json': newFile },
    taken: viaLink,
  },
  {
    name: 'an upper-case path',
    page: 'upper-case',
    files: { '/DOWNLOAD/A/B/C/SERVICETAGS_PUBLIC_20261109.JSON': newFile },
    taken: viaLink,
  },
  { name: 'a renamed marker', page: 'renamed-marker', taken: viaLink },
  { name: 'details cut off', page: 'broken-details', taken: viaLink, says: [/not.*as expected|no dlcDetailsView/] },
  { name: 'details of another shape', page: 'other-shape', taken: viaLink, says: [/no dlcDetailsView.downloadFile/] },
  { name: 'no links', page: 'no-links', taken: viaLatest, says: [/names no file of this cloud/] },
  { name: 'an error page with status 200', page: 'error', taken: viaLatest, says: [/not available right now/] },
  { name: 'a captcha page', page: 'captcha', taken: viaLatest, says: [/suspected robots.*"Before you continue"/] },
  {
    name: 'a page that lists another cloud',
    page: 'other-cloud',
    taken: viaLatest,
    says: [/another cloud: ServiceTags_China_20261109\.json/],
  },
  { name: 'a link to a host that is not allowed', page: 'foreign-host', taken: viaLink, says: [/expected one of/] },
  {
    name: 'a page whose details are nested deeper than a stack',
    page: { body: `window.__DLCDetails__=${'{"a":'.repeat(24_000)}` },
    taken: viaLatest,
    says: [/no dlcDetailsView.downloadFile/],
  },
  { name: 'a page that is gone', page: { status: 404 }, taken: viaLatest, says: [/HTTP 404, in 2 attempts/] },
  { name: 'a page that never answers', page: { how: 'silent' }, taken: viaLatest, says: [/within 1 s/] },
  { name: 'a page that never ends', page: { how: 'endless', body: '<p>'.padEnd(60_000) }, taken: viaLatest },
  {
    name: 'a file that is an error page with status 200',
    page: 'details',
    files: { [newPath]: { body: '<!doctype html><title>Sorry</title>' } },
    taken: viaLatest,
    says: [/page with the title "Sorry", expected JSON/],
  },
  {
    name: 'an empty file',
    page: 'details',
    files: { [newPath]: { body: '' } },
    taken: viaLatest,
    says: [/empty answer/],
  },
  {
    name: 'a body cut short',
    page: 'details',
    files: { [newPath]: { ...newFile, how: 'cut' } },
    taken: viaLatest,
    says: [/20261109\.json: .*in 2 attempts/],
  },
  {
    name: 'half a file with a length that agrees',
    page: 'links-only',
    files: { [newPath]: { body: publications.new.text.slice(0, 5000) } },
    taken: { via: 'download-centre/page-link', file: 'ServiceTags_Public_20261102.json' },
    refused: [newName],
  },
  {
    name: 'a wrong size',
    page: 'details',
    files: { [newPath]: { body: `${publications.new.text}\n` } },
    taken: viaLatest,
    says: [/bytes, expected \d+ as the details page says/],
  },
  {
    name: 'a file that never ends, quickly',
    page: 'details',
    files: { [newPath]: { how: 'endless', body: '{"changeNumber": 402,'.padEnd(60_000) } },
    taken: viaLatest,
    says: [/body larger than 1,000,000 bytes/],
  },
  {
    name: 'a file that never ends, slowly',
    page: 'details',
    files: { [newPath]: { ...newFile, how: 'stalled' } },
    taken: viaLatest,
    says: [/no complete answer within 1 s/],
  },
  {
    name: 'a gzip bomb',
    page: 'details',
    files: { [newPath]: { headers: { 'content-encoding': 'gzip' }, body: gzipSync(zeros) } },
    taken: viaLatest,
    says: [/body larger than 1,000,000 bytes/],
  },
  {
    name: 'gzip, its size counted after decompression',
    page: 'details',
    files: { [newPath]: { headers: { 'content-encoding': 'gzip' }, body: gzipSync(publications.new.text) } },
    taken: viaPage,
  },
  {
    name: 'gzip cut short with a length that agrees',
    page: 'details',
    files: {
      [newPath]: { headers: { 'content-encoding': 'gzip' }, body: gzipSync(publications.new.text).subarray(0, 500) },
    },
    taken: viaLatest,
    says: [/unexpected end of file/],
  },
  {
    name: 'an encoding that was not asked for',
    page: 'details',
    files: { [newPath]: { headers: { 'content-encoding': 'br' }, body: 'x' } },
    taken: viaLatest,
    says: [/content encoding "br"/],
  },
  {
    name: "another cloud's content under the right name",
    page: 'links-only',
    files: { [newPath]: { body: publications.china.text } },
    taken: { via: 'download-centre/page-link', file: 'ServiceTags_Public_20261102.json' },
    refused: [`${newName}: cloud China`],
  },
  {
    name: 'older files, and a Latest that fell back by three months',
    page: 'newer-link',
    files: { [newPath]: oldestFile, [oldPath]: oldestFile, [latestPath]: oldestFile },
    refused: [`${newName}: older`, `${latestName}: older`],
    says: [/20261102\.json: \d+ bytes, expected 1 as the details page says/],
  },
  {
    name: 'a Latest that fell back by three months, with a page that cannot be read',
    page: 'captcha',
    files: { [latestPath]: oldestFile },
    refused: [`${latestName}: older`],
  },
  {
    name: 'a redirect in a circle',
    page: 'details',
    files: { [newPath]: { status: 302, headers: { location: newPath } } },
    taken: viaLatest,
    says: [/more than 5 redirects/],
  },
  {
    name: 'a redirect on the same host',
    page: 'details',
    files: { [newPath]: { status: 301, headers: { location: '/moved' } }, '/moved': newFile },
    taken: viaPage,
  },
];

describe('whatever the download centre answers, the right publication or a clear refusal', () => {
  test.each(cases)('$name', async ({ page: served, files, taken, refused = [], says = [] }) => {
    const reply = typeof served === 'string' ? { body: page(served, server.origin, elsewhere.origin) } : served;
    server.answer('/details', reply);
    for (const [path, file] of Object.entries({ ...everywhere, ...files })) server.answer(path, file);

    const answers = [reply, ...Object.values(files ?? {})];
    const impatient = answers.some(({ how }) => how === 'silent' || how === 'stalled');
    const patience = impatient ? { attemptSeconds: 1, attempts: 1 } : {};
    const judged = await judge(await openDownloadCentre(server, patience));

    if (taken === undefined) expect(judged.taken).toBeUndefined();
    else {
      const { via, file, ...rest } = taken;
      expect(judged.taken, judged.error).toMatchObject({ file, provenance: { via, ...rest } });
    }
    expect(judged.refused).toHaveLength(refused.length);
    refused.forEach((text, k) => {
      expect(judged.refused[k]).toContain(text);
    });
    for (const expected of says) expect(judged.said).toMatch(expected);
    expect(elsewhere.requests, 'no other host was asked').toEqual([]);
  });
});

test('a redirect to another host is not followed', async () => {
  server.answer('/details', { body: page('details', server.origin) });
  server.answer(newPath, { status: 302, headers: { location: `${elsewhere.origin}${newPath}?token=secret` } });
  server.answer(latestPath, newFile);
  elsewhere.answer(newPath, newFile);

  const { taken } = await judge(await openDownloadCentre(server));

  expect(taken?.provenance.via).toBe('download-centre/latest');
  expect(taken?.notes.join()).toContain(`is redirected to ${elsewhere.origin}, expected one of`);
  expect(taken?.notes.join()).not.toContain('secret');
  expect(elsewhere.requests).toEqual([]);
});

test('a details page that is redirected to another host is not followed', async () => {
  server.answer('/details', { status: 302, headers: { location: `${elsewhere.origin}/details` } });
  elsewhere.answer('/details', { body: page('details', elsewhere.origin) });
  server.answer(latestPath, newFile);

  expect((await judge(await openDownloadCentre(server))).taken?.file).toBe(latestName);
  expect(elsewhere.requests).toEqual([]);
});

/** A mirror whose address holds a signature, so that it stands in a setting. */
function signedMirror() {
  Object.assign(secrets, { SIGNED: `${elsewhere.origin}/tags.json?sig=secret` });
  return { url: { $env: 'SIGNED' }, headers: {} };
}

test('with every way dead, the error names each of them and what it answered', async () => {
  server.answer('/details', { status: 503 });
  server.answer(latestPath, { body: '<title>Sorry</title>' });
  const lastGood = `${server.origin}${oldPath}`;
  server.answer(oldPath, { status: 410 });
  const config = { mirrors: [signedMirror()] };

  const { error } = await judge(await openDownloadCentre(server, config), lastGood);

  expect(error).toContain('No way led to a publication of cloud Public');
  expect(error).toContain(`details page ${server.origin}/details: HTTP 503, in 2 attempts`);
  expect(error).toContain(`latest ${server.origin}${latestPath}: a page with the title "Sorry", expected JSON`);
  expect(error).toContain(`mirror ${elsewhere.origin}/tags.json: HTTP 404, in 2 attempts`);
  expect(error).toContain(`last-good ${lastGood}: HTTP 410`);
  expect(error).not.toContain('secret');
});

test('a mirror is trusted by its own host, and comes before the last good address', async () => {
  elsewhere.answer('/tags.json?sig=secret', newFile);
  server.answer(oldPath, oldFile);
  const config = { mirrors: [signedMirror()] };

  const { taken } = await judge(await openDownloadCentre(server, config), `${server.origin}${oldPath}`);

  expect(taken?.file).toBe('tags.json');
  expect(taken?.provenance).toEqual({
    via: 'download-centre/mirror',
    url: `${elsewhere.origin}/tags.json`,
    fetchedAt: '2026-11-12T08:00:00.000Z',
  });
});

test.each(['file:///data/ServiceTags_Public_20261102.json', 'https://elsewhere.example/a.json', 'no address'])(
  'a last good file from %s is no way',
  async (lastGood) => {
    const { error } = await judge(await openDownloadCentre(server), lastGood);
    expect(error).not.toContain('last-good');
  },
);

test('where the last good file came from is the last way', async () => {
  server.answer(oldPath, oldFile);
  const { taken } = await judge(await openDownloadCentre(server), `${server.origin}${oldPath}`);
  expect(taken).toMatchObject({
    file: 'ServiceTags_Public_20261102.json',
    provenance: { via: 'download-centre/last-good' },
  });
  expect(taken?.notes).toHaveLength(2);
});

test('ways are asked only as far as needed, and no address twice', async () => {
  server.answer('/details', { body: page('details', server.origin) });
  server.answer(newPath, newFile);
  const source = await openDownloadCentre(server);
  await firstCandidate(source, AbortSignal.timeout(5000));
  expect(server.requests.map(({ path }) => path)).toEqual(['/details', newPath]);

  const all: string[] = [];
  server.answer(latestPath, newFile);
  for await (const { file } of source.candidates(AbortSignal.timeout(5000), `${server.origin}${newPath}`))
    all.push(file);
  expect(all).toEqual([newName, latestName]);
});

test('the time for all ways together has an end, and the error says so', async () => {
  server.answer('/details', { how: 'silent' });
  server.answer(latestPath, { how: 'silent' });
  const { error } = await judge(await openDownloadCentre(server, { totalSeconds: 0.2, attemptSeconds: 60 }));
  for (const way of ['details page', 'latest']) {
    expect(error).toMatch(new RegExp(`${way} \\S+: its share of the time for all ways \\(0\\.2 s\\) is used up`));
  }
});

test('ways that hang leave the ones behind them their time', async () => {
  server.answer('/details', { how: 'silent' });
  server.answer(latestPath, { how: 'silent' });
  server.answer('/mirror.json', newFile);
  const source = await openDownloadCentre(server, {
    ...{ totalSeconds: 3, attemptSeconds: 60, mirror: `${server.origin}/mirror.json` },
  });
  const { provenance, notes } = await firstCandidate(source, AbortSignal.timeout(15_000));
  expect(provenance.via).toBe('download-centre/mirror');
  expect(notes).toHaveLength(2);
});

test('an aborted run ends with its own reason, not as a failing source', async () => {
  server.answer('/details', { how: 'silent' });
  const stop = new AbortController();
  const answer = firstCandidate(await openDownloadCentre(server), stop.signal);
  stop.abort(new Error('the run was stopped'));
  await expect(answer).rejects.toThrow('the run was stopped');
});

test('a failure after the last file is told at the end', async () => {
  server.answer('/details', { body: page('links-only', server.origin) });
  server.answer(newPath, oldestFile);
  const { refused, error } = await judge(await openDownloadCentre(server));
  expect(refused).toEqual([`${newName}: older`]);
  expect(error).toContain('No further way led to a publication of cloud Public');
  expect(error).toContain(`latest ${server.origin}${latestPath}: HTTP 404, in 2 attempts`);
});

test('a fault of our own in one way is told, and the next way is taken', async () => {
  server.answer('/details', { status: 503 });
  server.answer(latestPath, newFile);
  let waits = 0;
  const source = await openDownloadCentre(server, {}, 'Public', async () => {
    if (waits++ === 0) throw new RangeError('of our own');
  });
  const { taken, said } = await judge(source);
  expect(taken?.provenance.via).toBe('download-centre/latest');
  expect(said).toMatch(/details page .*: an error of this service, not of the server \(RangeError .*report it/);
});
