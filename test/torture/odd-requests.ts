import fc from 'fast-check';
import * as z from 'zod';
import type { Endpoint, Route } from '../../src/http/handle.ts';
import { pageRoute } from '../../src/http/page/route.ts';
import { routes } from '../../src/http/routes.ts';
import { bytesBy, mutant, oddValues } from './json-mutant.ts';

/** One request to a route, as the host would hand it on. */
export interface OddRequest {
  readonly route: Route;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Names of what the instance has, so that some requests lead somewhere. */
export interface Known {
  readonly values: readonly string[];
}

const views = [
  ...['', '/targets', '/changes', '/tags', '/runs', '/why', '/control', '/publications', '/runbook', '/sign-in'],
  ...[
    '/nothing',
    '/inbox/{x}',
    '/targets/{x}',
    '/tags/{x}',
    '/tags/regions/{x}',
    '/runs/{x}',
    '/plans/{x}',
    '/plans/{x}/{x}',
  ],
  ...[
    '/control/pause',
    '/control/{x}',
    '/decide/{x}/approve',
    '/decide/{x}/{x}',
    '/charts/tag/{x}',
    '/publications/{x}',
  ],
];
const pageFields = ['address', 'at', 'since', 'until', 'after', 'target', 'why', 'kind', 'ticket', 'part', 'token'];

const plain = [
  ...[
    '7d',
    '2026-01-20',
    '2026-02-01T00:00:00Z',
    'latest',
    '101',
    '20.0.0.5',
    '20.0.0.0/24',
    '2603:1030::/64',
    '10',
    'json',
  ],
  ...[
    'approve',
    'keep',
    'remove',
    'allow',
    'answer',
    'pause',
    'run',
    'true',
    'false',
    'add',
    'ops',
    'a reason',
    'CHG0042137',
  ],
];
const oddTexts = oddValues.filter((value) => typeof value === 'string');
const headers: fc.Arbitrary<Record<string, string>> = fc.constantFrom(
  ...[{}, {}, { accept: 'text/csv' }, { accept: 'text/markdown' }, { accept: '*/*;q=nan' }],
  ...[
    { 'content-type': 'text/plain' },
    { 'content-length': '-1' },
    { 'content-length': '9e9' },
    { 'if-none-match': '"' },
  ],
  ...[
    { 'transfer-encoding': 'chunked' },
    { authorization: 'Basic !!!' },
    { authorization: `Basic ${'A'.repeat(9_000)}` },
  ],
  ...[
    { 'x-forwarded-for': "1.2.3.4, '; drop" },
    { origin: 'https://evil.example' },
    { cookie: 'service-tag-sync=x.y' },
  ],
);

/** Requests to every route and view, with parameters and bodies that are right, nearly right or nothing of the kind. */
export async function oddRequests({ values }: Known): Promise<fc.Arbitrary<OddRequest>> {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...plain, ...values) },
    { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  const own = await Promise.all(routes.map(async (route) => requestsOf(route, await route.load(), value)));
  return fc.oneof(...own, { weight: 8, arbitrary: pageRequests(value) });
}

function requestsOf(route: Route, endpoint: Endpoint, value: fc.Arbitrary<string>): fc.Arbitrary<OddRequest> {
  const names = [...route.path.matchAll(/\{\*?(\w+)\}/g)].map(([, name = '']) => name);
  const fields = [...Object.keys(endpoint.query?.shape ?? {}), 'code', 'unknown'];
  const all = fc.record({
    method: fc.constantFrom(...route.methods),
    given: fc.array(value, { minLength: names.length, maxLength: names.length }),
    query: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 3 }),
    headers,
    body: endpoint.body === undefined ? fc.constant(undefined) : bodies(endpoint.body, value),
  });
  return all.map(({ method, given, query, headers: sent, body }) => ({
    ...{ route, method, query, headers: sent },
    path: `/api/${route.path.replace(/\{\*?\w+\}/g, () => 'x')}`,
    params: Object.fromEntries(names.map((name, i) => [name, given[i] ?? ''])),
    ...(body === undefined ? {} : { body }),
  }));
}

/** A body with some of the fields of its schema, and then one in three with a few things changed. */
function bodies(schema: NonNullable<Endpoint['body']>, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const kinds: [string | undefined, z.ZodObject][] =
    'kinds' in schema ? Object.entries(schema.kinds) : [[undefined, schema as z.ZodObject]];
  const document = fc.constantFrom(...kinds).chain(([kind, { shape }]) => {
    const fields = Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, fieldOf(field, value)]));
    const required = Object.keys(shape).filter((name) => !(shape[name] instanceof z.ZodOptional));
    return fc
      .record(fields, { requiredKeys: required })
      .map((one): object => (kind === undefined ? one : { kind, ...one }));
  });
  return fc
    .tuple(document, fc.option(mutant, { freq: 2, nil: undefined }))
    .map(([one, edits]) => (edits ? Buffer.from(bytesBy(edits, one)).toString('utf8') : JSON.stringify(one)));
}

function fieldOf(field: unknown, value: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (field instanceof z.ZodOptional) return fieldOf(field.unwrap(), value);
  if (field instanceof z.ZodArray) return fc.array(value, { maxLength: 3 });
  if (field instanceof z.ZodBoolean) return fc.boolean();
  if (field instanceof z.ZodNumber) return fc.oneof(fc.nat(200), fc.double());
  if (field instanceof z.ZodEnum) return fc.constantFrom(...field.options);
  return value;
}

function pageRequests(value: fc.Arbitrary<string>): fc.Arbitrary<OddRequest> {
  return fc
    .record({
      method: fc.constantFrom('GET', 'GET', 'POST'),
      view: fc.constantFrom(...views),
      given: fc.array(value, { minLength: 2, maxLength: 2 }),
      query: fc.dictionary(fc.constantFrom(...pageFields), value, { maxKeys: 3 }),
      form: fc.dictionary(fc.constantFrom(...pageFields), value, { maxKeys: 4 }),
      headers,
    })
    .map(({ method, view, given, query, form, headers: sent }) => ({
      ...{ route: pageRoute, method, query, params: {} },
      path: `/ui${given.reduce((path, one) => path.replace('{x}', () => encoded(one)), view)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...sent },
      ...(method === 'POST' ? { body: new URLSearchParams(form).toString() } : {}),
    }));
}

/** A lone surrogate has no form in an address. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
