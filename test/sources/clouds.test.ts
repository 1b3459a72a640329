import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstCandidate } from '../../src/ports/source.ts';
import { downloadCentre } from '../../src/sources/download-centre.ts';
import { detailsPageAddress } from '../../src/sources/download-schema.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';
import { openDownloadCentre, page, publications } from './download-setup.ts';

let server: WebServer;
beforeEach(async () => {
  server = await startWebServer();
});
afterEach(() => server.close());

test('each cloud has its own page at Microsoft', () => {
  expect(detailsPageAddress('Public')).toBe('https://www.microsoft.com/en-us/download/details.aspx?id=56519');
  expect(detailsPageAddress('AzureGovernment')).toBe('https://www.microsoft.com/en-us/download/details.aspx?id=57063');
  expect(detailsPageAddress('China')).toBe('https://www.microsoft.com/en-us/download/details.aspx?id=57062');
});

test("another cloud's file is found on its page, and Public's are not taken for it", async () => {
  server.answer('/details', { body: page('other-cloud', server.origin, '', publications.china.text) });
  server.answer('/download/A/B/C/ServiceTags_China_20261109.json', { body: publications.china.text });
  const source = await openDownloadCentre(server, {}, 'China');
  expect((await firstCandidate(source, AbortSignal.timeout(5000))).file).toBe('ServiceTags_China_20261109.json');

  server.answer('/details', { body: page('details', server.origin) });
  await expect(firstCandidate(source, AbortSignal.timeout(5000))).rejects.toThrow(
    /files of another cloud: ServiceTags_Public_20261109\.json.*cloud Public by its name, expected China/,
  );
});

test('where no Latest is known for a cloud, the folder of the last good file is asked', async () => {
  const source = await openDownloadCentre(server, { latest: undefined }, 'China');
  const lastGood = `${server.origin}/D/E/F/ServiceTags_China_20261102.json`;
  server.answer('/D/E/F/ServiceTags_China_Latest.json', { body: publications.china.text });
  const { file, provenance } = await firstCandidate(source, AbortSignal.timeout(5000), lastGood);
  expect({ file, via: provenance.via }).toEqual({
    file: 'ServiceTags_China_Latest.json',
    via: 'download-centre/latest',
  });
});

test.each([
  { origins: ['ftp://example.com'] },
  { mirror: 'file:///etc/passwd' },
  { detailsPage: 'not an address' },
  { attempts: 0 },
  { mirrors: 'https://example.com' },
])('settings are checked: %j', (settings) => {
  expect(downloadCentre.schema.safeParse(settings).success).toBe(false);
});

test('without settings, everything has a default', () => {
  expect(downloadCentre.schema.parse({})).toEqual({
    origins: [],
    mirrors: [],
    mirrorsFirst: false,
    headers: {},
    attempts: 3,
    attemptSeconds: 60,
    totalSeconds: 240,
    mostMegabytes: 64,
  });
});
