import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { editorSchema, generatedDocs } from '../../src/build/docs.ts';
import { incidentPictures } from '../../src/build/incident.ts';
import { httpApiPage } from '../../src/build/write-docs.ts';
import { knownKinds } from '../../src/config/load.ts';
import type { JsonSchema } from '../../src/http/json-schema.ts';
import { kinds } from '../support/kinds.ts';

const root = new URL('../../', import.meta.url);

const pages = [...generatedDocs(knownKinds), ['docs/http-api.md', await httpApiPage()] as const];

test.each([...pages, ...incidentPictures()])('%s is what `npm run docs` writes', async (path, text) => {
  expect(await readFile(new URL(path, root), 'utf8')).toBe(text);
});

test('a kind that needs no right says so, and none is listed twice', () => {
  const page = generatedDocs(knownKinds).get('docs/targets.md') ?? '';
  expect(page).toContain('## `feed`\n\nRights the identity needs: none');
  for (const section of page.split('\n## ').slice(1)) {
    const [own = [], ...more] = section.split('\nBesides').map((part): string[] => part.match(/^- .+$/gm) ?? []);
    for (const rights of more) expect(rights.filter((right) => own.includes(right))).toEqual([]);
  }
});

test('every setting has a description', () => {
  const silent: string[] = [];
  const visit = (node: JsonSchema, path: string): void => {
    for (const [key, field] of Object.entries(node.properties ?? {})) {
      if (field.description === undefined && !path.startsWith('policy.tags')) silent.push(`${path}${key}`);
      visit(field, `${path}${key}.`);
    }
    for (const option of node.oneOf ?? []) visit(option, path);
    if (node.items !== undefined) visit(node.items, path);
    if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${path}*.`);
  };
  visit(editorSchema(knownKinds), '');
  expect(silent).toEqual([]);
});

test('a new kind is in all of them without another line', () => {
  const docs = generatedDocs(kinds);
  expect(docs.get('docs/targets.md')).toContain('| `box46` | A box. | IPv4, IPv6 | egress |');
  expect(docs.get('docs/configuration.md')).toContain('### `"kind": "box4"`');
  expect(JSON.parse(docs.get('docs/service-tag-sync.schema.json') ?? '')).toMatchObject({
    properties: { targets: { additionalProperties: { oneOf: [{ properties: { kind: { const: 'box4' } } }, {}] } } },
  });
});
