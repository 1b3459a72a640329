import type { HttpResponseInit } from '@azure/functions';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Described, type OpenApi, openApi } from '../../src/http/openapi.ts';
import { routes } from '../../src/http/routes.ts';

/** An answer as it came over HTTP. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The media type, without parameters. */
  readonly type?: string | undefined;
  readonly text: string;
}

const document: OpenApi = await openApi(routes);

const ajv = new Ajv2020({ strict: false, discriminator: true, allErrors: true });
// As Date writes it: moments are compared as text.
ajv.addFormat('date-time', (text: string) => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
});
ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
ajv.addSchema(closed(structuredClone(document)) as object, 'api');

/** The document with every object closed: what a client may ignore, a test may not. */
function closed(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map(closed);
  const own = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, closed(value)]));
  if (typeof own.oneOf === 'object') own.discriminator = { propertyName: 'kind' };
  if (own.type === 'object' && 'properties' in own && !('additionalProperties' in own))
    own.additionalProperties = false;
  return own;
}

const validators = new Map<string, ValidateFunction>();

function validatorOf(ref: string): ValidateFunction {
  const known = validators.get(ref) ?? ajv.compile({ $ref: `api${ref}` });
  validators.set(ref, known);
  return known;
}

/** What of JSON a schema of the document does not allow: a field that is missing, new, or of another type. */
export function faultsOf(schema: string, value: unknown): string[] {
  const validate = validatorOf(`#/components/schemas/${schema}`);
  if (validate(JSON.parse(JSON.stringify(value)))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
  );
}

/** Throws unless the document of the API says that this route answers so: with this status, type, and these fields. */
export function checkAnswer({ method, path, status, type, text }: Received): void {
  const what = `${method} ${path} answered ${status}`;
  const operation = operationAt(method, new URL(path, 'http://localhost').pathname);
  if (operation === undefined) {
    if (status !== 404) throw new Error(`${what}, and the document has no such operation`);
    checkBody(what, { description: '', content: problemJson }, type, text);
    return;
  }
  const response = operation.responses[status];
  if (response === undefined) {
    throw new Error(`${what}; the document has ${Object.keys(operation.responses).join(', ')}`);
  }
  const described = '$ref' in response ? sharedResponse(response.$ref) : response;
  if (method === 'HEAD') {
    if (text !== '') throw new Error(`${what} with a body`);
    return;
  }
  checkBody(what, described, type, text);
}

const problemJson = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function sharedResponse(ref: string): Described {
  const found = document.components.responses[ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${ref} is not in the document`);
  return found;
}

function checkBody(what: string, { content = {} }: Described, type: string | undefined, text: string): void {
  if (text === '' && Object.keys(content).length === 0) return;
  const media = Object.entries(content).find(([one]) => one === type)?.[1];
  if (media === undefined) {
    throw new Error(`${what} as ${type}; the document has ${Object.keys(content).join(', ') || 'no body'}`);
  }
  const name = media.schema?.$ref?.split('/').at(-1);
  if (name === undefined) return;
  const faults = faultsOf(name, JSON.parse(text));
  if (faults.length > 0) throw new Error(`${what}, which is no ${name}:\n${faults.join('\n')}\n${text.slice(0, 1000)}`);
}

function operationAt(method: string, path: string) {
  const found = Object.entries(document.paths).find(([pattern, methods]) => {
    const parts = pattern.split(/\{\w+\}/).map((part) => part.replaceAll('.', '\\.'));
    // Only a plan is named by more than one segment.
    const inside = pattern.startsWith('/api/plans/') ? '.*' : '[^/]+';
    return method.toLowerCase() in methods && new RegExp(`^${parts.join(inside)}/?$`, 'i').test(path);
  });
  return found?.[1][method.toLowerCase()];
}

/** The answer of a function of the table, as the Functions library would send it. */
export function checkInit(
  name: string,
  method: string,
  { status = 200, headers, body, jsonBody }: HttpResponseInit,
): void {
  const path = routes.find((route) => route.name === name)?.path.replace(/\{\*?\w+\}/, 'x');
  const type = new Headers(headers).get('content-type') ?? (jsonBody === undefined ? undefined : 'application/json');
  const text = jsonBody === undefined ? String(body ?? '') : JSON.stringify(jsonBody);
  checkAnswer({ method, path: `/api/${path}`, status, type: type?.split(';', 1)[0], text });
}

/** fetch(), with the answer checked by the document of the API. */
export async function fetchChecked(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, init);
  const { status, headers } = answer;
  const type = headers.get('content-type')?.split(';', 1)[0];
  const text = await answer.clone().text();
  checkAnswer({ method: init.method ?? 'GET', path: new URL(url).pathname, status, type, text });
  return answer;
}
