import * as z from 'zod';
import about from '../../package.json' with { type: 'json' };
import { component, components } from './answers/component.ts';
import { type Endpoint, endpoint, type Response, type Route } from './handle.ts';
import type { JsonSchema } from './json-schema.ts';
import type { BodySchema } from './read-request.ts';
import { json } from './responses.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly schema: JsonSchema;
}

/** By media type. */
type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>;

export interface Described {
  readonly description: string;
  readonly content?: Content;
}

export type ResponseObject = { readonly $ref: string } | Described;

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema } };
  };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

/** An OpenAPI 3.1 document, https://spec.openapis.org/oas/v3.1.0. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, Described>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

const part = z.record(z.string(), z.unknown());

const openApiAnswer = component<{ [K in keyof OpenApi]: K extends 'openapi' ? '3.1.0' : Record<string, unknown> }>()(
  'OpenApi',
  z.object({ openapi: z.literal('3.1.0'), info: part, paths: part, components: part }).describe('An OpenAPI document.'),
);

/** GET /api/openapi.json: the API that these routes are, itself included. */
export function getOpenApi(routes: readonly Route[]) {
  return endpoint({
    query: z.strictObject({}),
    responses: { 200: { text: 'This document.', json: openApiAnswer } },
    answer: async () => json(200, { ...(await openApi(routes)) }),
  });
}

/** Describes routes by their rows and by the schemas of their requests and answers. */
export async function openApi(routes: readonly Route[]): Promise<OpenApi> {
  const operations = await Promise.all(routes.map(operationsOf));
  const paths = Map.groupBy(operations.flat(), ({ path }) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: about.name,
      version: about.version,
      description: about.description,
      license: { name: about.license, identifier: about.license },
    },
    paths: Object.fromEntries(
      [...paths].map(([path, all]) => [
        path,
        Object.fromEntries(all.map(({ method, operation }) => [method, operation])),
      ]),
    ),
    components: { securitySchemes, responses: problemResponses, schemas: componentSchemas() },
  };
}

interface PathOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

async function operationsOf(route: Route): Promise<PathOperation[]> {
  const endpoint = await route.load();
  const { query, body } = endpoint;
  const parameters = [...pathParameters(route), ...(query === undefined ? [] : queryParameters(query))];
  const content = body && { 'application/json': { schema: bodySchema(body) } };
  return route.methods.map((one) => {
    const method = one.toLowerCase();
    const operation: Operation = {
      operationId: `${method}-${route.name}`,
      summary: route.summary,
      security: securityOf(route),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(content === undefined ? {} : { requestBody: { required: true, content } }),
      responses: responsesOf(route, endpoint, one === 'HEAD'),
    };
    return { path: `/api/${route.path.replaceAll('{*', '{')}`, method, operation };
  });
}

const securitySchemes = {
  functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A key of the function app.' },
  signIn: { type: 'http', scheme: 'bearer', description: 'A token of Entra ID with the app role that is named.' },
  device: { type: 'http', scheme: 'basic', description: 'The name of a device of the feed, and its secret.' },
  feedKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A key of the feed.' },
};

const problemContent: Content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Refusals that routes have in common, by the names of their statuses. */
const problemResponses = {
  BadRequest: {
    description: 'The request is not valid: `issues` has every field that is wrong.',
    content: problemContent,
  },
  Unauthorized: {
    description: 'A key or a sign-in is needed. Without a body where the host of the functions refuses a key.',
    content: problemContent,
  },
  Forbidden: { description: 'The sign-in lacks the app role.', content: problemContent },
  LengthRequired: {
    description: 'A body was announced and did not arrive: it came without its length.',
    content: problemContent,
  },
  ContentTooLarge: { description: 'The body is larger than 64 KiB.', content: problemContent },
  InternalServerError: {
    description: 'The request failed in an unexpected way; the log has it under the invocation that is named.',
    content: problemContent,
  },
  ServiceUnavailable: { description: 'The settings of sign-in are wrong: nothing is open.', content: problemContent },
};

/** What a route may refuse by its row and its schemas alone. */
function refusalsOf({ role }: Route, { query, body }: Endpoint): Record<number, ResponseObject> {
  const refused = (name: keyof typeof problemResponses) => ({ $ref: `#/components/responses/${name}` });
  return {
    ...(role === undefined && query === undefined && body === undefined ? {} : { 400: refused('BadRequest') }),
    ...(role === undefined
      ? {}
      : { 401: refused('Unauthorized'), 403: refused('Forbidden'), 503: refused('ServiceUnavailable') }),
    ...(body === undefined ? {} : { 411: refused('LengthRequired'), 413: refused('ContentTooLarge') }),
    500: refused('InternalServerError'),
  };
}

function responsesOf(route: Route, endpoint: Endpoint, headOnly: boolean): Record<string, ResponseObject> {
  const own = Object.entries(endpoint.responses).map(([status, given]) => [status, responseOf(given, headOnly)]);
  return { ...refusalsOf(route, endpoint), ...Object.fromEntries(own) };
}

function responseOf(given: Response, headOnly: boolean): ResponseObject {
  if (typeof given === 'string') return { description: given, ...(headOnly ? {} : { content: problemContent }) };
  const { text: description, json: schema, types = [] } = given;
  const content: Content = {
    ...(schema === undefined ? {} : { 'application/json': { schema: { $ref: refOf(schema) } } }),
    ...Object.fromEntries(types.map((type) => [type, {}])),
  };
  return { description, ...(headOnly || Object.keys(content).length === 0 ? {} : { content }) };
}

/** Throws for a schema that has no name: each answer is described once, where clients find it. */
function refOf(schema: z.ZodType): string {
  const id = components.get(schema)?.id;
  if (id === undefined) throw new Error('expected the schema of an answer to be a component(), got one without a name');
  return `#/components/schemas/${id}`;
}

function componentSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(components, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    // What a number of JavaScript can hold is no limit of the API.
    override({ jsonSchema }) {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { $schema, $id, ...schema }]) => [id, schema as JsonSchema]),
  );
}

/** One of these lets a request through; without any, everyone may ask. */
function securityOf({ authLevel, role }: Route): object[] {
  if (role === undefined) return [];
  const signIn = { signIn: role === 'any' ? [] : [role] };
  return authLevel === 'anonymous' ? [{ device: [] }, { feedKey: [] }, signIn] : [{ functionKey: [] }, signIn];
}

function pathParameters({ path }: Route): Parameter[] {
  return [...path.matchAll(/\{(\*?)(\w+)\}/g)].map(([, rest, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(rest === '*' ? { description: 'The rest of the path, slashes included.' } : {}),
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): Parameter[] {
  const { properties = {}, required = [] } = jsonSchemaOf(query);
  return Object.entries(properties).map(([name, { description, deprecated, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    ...(deprecated === undefined ? {} : { deprecated }),
    schema,
  }));
}

function bodySchema(body: BodySchema): JsonSchema {
  if (!('kinds' in body)) return jsonSchemaOf(body);
  return {
    oneOf: Object.entries(body.kinds).map(([kind, fields]) =>
      jsonSchemaOf(z.strictObject({ kind: z.literal(kind), ...fields.shape })),
    ),
  };
}

/** Describes requests as clients write them, before a schema transforms them. */
function jsonSchemaOf(schema: z.ZodObject): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest as JsonSchema;
}
