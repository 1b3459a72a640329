import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWebServer, type WebServer } from '../support/web-server.ts';
import { judge, openDownloadCentre, publications } from './download-setup.ts';

/** Outside the project and not part of it; the made-up pages under test/support cover the same without them. */
const saved = new URL('../../../shared/data/pages/', import.meta.url);
const present = existsSync(saved);
const host = 'https://download.microsoft.com';
const folder = '/download/7/1/D/71D86715-5596-4529-9B13-DA13A5DE5B63';

const title = present
  ? 'saved pages of the real download centre, served here'
  : `not run: ${saved.pathname} with saved pages of the real download centre is absent`;

describe.runIf(present)(title, () => {
  let server: WebServer;
  beforeEach(async () => {
    server = await startWebServer();
  });
  afterEach(() => server.close());

  test.each([
    {
      page: 'details_56519_2024-10-01.html',
      file: 'ServiceTags_Public_20240923.json',
      provenance: { via: 'download-centre/details-page', publishedAt: '2024-09-24' },
    },
    {
      page: 'confirmation_56519_2023-01_filename-edited.html',
      file: 'ServiceTags_Public_2000000.json',
      provenance: { via: 'download-centre/page-link' },
    },
  ])('$page leads to its file', async ({ page, file, provenance }) => {
    const html = readFileSync(new URL(page, saved), 'utf8').replaceAll(host, server.origin);
    server.answer('/details', { headers: { 'content-type': 'text/html; charset=utf-8' }, body: html });
    // White space fills the made-up file to the size that the page of 2024 states.
    server.answer(`${folder}/${file}`, { body: publications.new.text.padEnd(3_775_387) });

    const { taken, error } = await judge(await openDownloadCentre(server, { mostMegabytes: 4 }));

    expect(taken, error).toMatchObject({ file, provenance });
  });
});
