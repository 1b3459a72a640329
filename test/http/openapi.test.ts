import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { openApi } from '../../src/http/openapi.ts';
import { routes } from '../../src/http/routes.ts';
import { ask, request } from '../support/service.ts';

const document = await openApi(routes);
const require = createRequire(import.meta.url);

interface Validator {
  validate(document: object): Promise<unknown>;
}

test('the document is valid OpenAPI 3.1', async () => {
  const parser: Validator = require('@apidevtools/swagger-parser');
  // It resolves references in place.
  await parser.validate(structuredClone(document));
  const broken = structuredClone({ ...document, info: {} });
  await expect(parser.validate(broken)).rejects.toThrow('title');
});

test('GET /api/openapi.json gives it, itself included', async () => {
  const response = await ask('openapi', request('GET', '/api/openapi.json'), {});
  expect(response).toMatchObject({ status: 200, jsonBody: document });
  expect(document.paths).toHaveProperty(['/api/openapi.json', 'get']);
  expect((await ask('openapi', request('GET', '/api/openapi.json', { query: { x: '1' } }), {})).status).toBe(400);
});

test('operations have ids of their own', () => {
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(routes.flatMap(({ methods }) => methods).length);
});

test('methods of one path are together, each with what it takes and who may ask', () => {
  expect(document.paths['/api/runs']).toMatchObject({
    get: {
      security: [{ functionKey: [] }, { signIn: ['reader'] }],
      parameters: [
        { name: 'limit', in: 'query', required: false, schema: { type: 'string', pattern: expect.anything() } },
        { name: 'most', deprecated: true },
        { name: 'after', in: 'query', required: false },
      ],
    },
    post: {
      security: [{ functionKey: [] }, { signIn: ['operator'] }],
      requestBody: {
        content: { 'application/json': { schema: { additionalProperties: false, properties: { dryRun: {} } } } },
      },
      responses: {
        200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/DryRun' } } } },
        202: { content: { 'application/json': { schema: { $ref: '#/components/schemas/RequestedRun' } } } },
        413: { $ref: '#/components/responses/ContentTooLarge' },
      },
    },
  });
  expect(document.paths['/api/plans/{id}']?.get?.parameters?.[0]).toMatchObject({ name: 'id', in: 'path' });
});

describe('a body of several kinds', () => {
  const { oneOf = [] } = document.paths['/api/answers']?.post?.requestBody?.content['application/json'].schema ?? {};

  test('is one of their schemas, by its kind', () => {
    expect(oneOf.map(({ properties }) => properties?.kind?.const)).toEqual([
      'answer',
      'answer-publication',
      'approve',
      'decline',
      'keep-part',
      'withdraw',
      'accept-publication',
    ]);
    for (const { required } of oneOf) expect(required).toEqual(expect.arrayContaining(['kind', 'why']));
  });
});

test('every field and parameter has a description', () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );
  const silent = operations.flatMap(({ path, operation: { parameters = [], requestBody } }) => {
    const schema = requestBody?.content['application/json'].schema;
    const fields = [schema, ...(schema?.oneOf ?? [])].flatMap((one) => Object.entries(one?.properties ?? {}));
    return [
      ...parameters.filter((one) => one.in === 'query').map((one) => [one.name, one] as const),
      ...fields.filter(([name]) => name !== 'kind'),
    ].flatMap(([name, { description }]) => (description === undefined ? [`${path}: ${name}`] : []));
  });
  expect(silent).toEqual([]);
});

test('every answer in JSON has a schema, and every schema describes something', () => {
  const responses = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, responses: all }) =>
      Object.entries(all).map(([status, response]) => ({ id: `${operationId} ${status}`, response })),
    ),
  );
  const silent = responses.filter(
    ({ id, response }) =>
      'content' in response &&
      Object.entries(response.content ?? {}).some(([type, { schema }]) => /json$/.test(type) && schema === undefined) &&
      // The file of Microsoft, as it came, and lists in the formats of firewalls.
      !['get-publication ', 'get-feeds '].some((own) => id.startsWith(own)),
  );
  expect(silent).toEqual([]);
  const used = new Set(
    [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  expect([...used].sort()).toEqual(Object.keys(document.components.schemas));
});

test('a schema of an answer lets in fields that a newer service adds', () => {
  const closed = Object.entries(document.components.schemas).filter(([, schema]) =>
    JSON.stringify(schema).includes('"additionalProperties":false'),
  );
  expect(closed.map(([name]) => name)).toEqual([]);
});
