import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { openApi } from '../../src/http/openapi.ts';
import { routes } from '../../src/http/routes.ts';
import { ask, request } from '../support/service.ts';

const answer = await ask('docs', request('GET', '/api/docs'), {});
const html = String(answer.body);
const page = parse(html);
const document = await openApi(routes);

test('the page has every route and every schema of the document', () => {
  const headings = page.querySelectorAll('h3').map(({ text }) => text);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods).filter((one) => one !== 'head')) {
      expect(headings).toContain(`${method.toUpperCase()} ${path}`);
    }
  }
  for (const name of Object.keys(document.components.schemas)) expect(headings).toContain(name);
  expect(page.querySelector('h1')?.text).toBe('HTTP API');
});

test('what stands for a part of the page leads there', () => {
  const ids = page.querySelectorAll('[id]').map(({ id }) => id);
  const links = page.querySelectorAll('a[href^="#"]').map((link) => link.getAttribute('href')?.slice(1));
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
  expect(html).not.toMatch(/\]\(|`/);
});

test('nothing of it comes from elsewhere or runs, and its own style is the one that may', () => {
  expect(page.querySelectorAll('script, img, link, iframe')).toEqual([]);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-[\w+/]+='; /),
  });
});

test('it asks for no parameter', async () => {
  expect((await ask('docs', request('GET', '/api/docs', { query: { x: '1' } }), {})).status).toBe(400);
});
