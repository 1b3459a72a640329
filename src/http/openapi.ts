import { z } from 'zod';
import about from '../../package.json' with { type: 'json' };
import { type Endpoint, endpoint, type Route } from './handle.ts';
import type { BodySchema } from './read-request.ts';
import { json } from './responses.ts';

/** A JSON Schema of the document, as far as the docs read it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: true;
    readonly content: { 'application/json': { readonly schema: Schema } };
  };
  readonly responses: Readonly<Record<string, object>>;
}

/** An OpenAPI 3.1 document, https://spec.openapis.org/oas/v3.1.0. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

/** GET /api/openapi.json: the API that these routes are, itself included. */
export function getOpenApi(routes: readonly Route[]): Endpoint {
  return endpoint({
    query: z.strictObject({}),
    responses: { 200: 'This document.' },
    answer: async () => json(200, await openApi(routes)),
  });
}

/** Describes routes by their rows and by the schemas that their requests are checked by. */
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
    components,
  };
}

interface PathOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

async function operationsOf(route: Route): Promise<PathOperation[]> {
  const { query, body, responses } = await route.load();
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
      responses: responsesOf(responses, one === 'HEAD'),
    };
    return { path: `/api/${route.path.replaceAll('{*', '{')}`, method, operation };
  });
}

const problemResponse = { $ref: '#/components/responses/problem' };

const components = {
  securitySchemes: {
    functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A key of the function app.' },
    signIn: { type: 'http', scheme: 'bearer', description: 'A token of Entra ID with the app role that is named.' },
    device: { type: 'http', scheme: 'basic', description: 'The name of a device of the feed, and its secret.' },
    feedKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A key of the feed.' },
  },
  responses: {
    problem: {
      description: 'The request was refused, or it failed: what was expected, what came, and what to do.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
  schemas: {
    Problem: {
      description: 'Problem details (RFC 9457).',
      type: 'object',
      required: ['type', 'title', 'status', 'detail'],
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string', description: 'What was expected, and what came.' },
        next: { type: 'string', description: 'What to do.' },
        issues: {
          description: 'Every field of the request that is wrong.',
          type: 'array',
          items: {
            type: 'object',
            required: ['path', 'expected', 'got'],
            properties: { path: { type: 'string' }, expected: { type: 'string' }, got: { type: 'string' } },
          },
        },
      },
    },
  },
};

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

function bodySchema(body: BodySchema): Schema {
  if (!('kinds' in body)) return jsonSchemaOf(body);
  return {
    oneOf: Object.entries(body.kinds).map(([kind, fields]) =>
      jsonSchemaOf(z.strictObject({ kind: z.literal(kind), ...fields.shape })),
    ),
  };
}

/** Describes requests as clients write them, before a schema transforms them. */
function jsonSchemaOf(schema: z.ZodObject): Schema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest as Schema;
}

function responsesOf(good: Endpoint['responses'], headOnly: boolean): Record<string, object> {
  const described = Object.entries(good).map(([status, given]) => {
    const { text, types } = typeof given === 'string' ? { text: given, types: ['application/json'] } : given;
    const content = Object.fromEntries(types.map((type) => [type, {}]));
    return [status, { description: text, ...(headOnly || types.length === 0 ? {} : { content }) }];
  });
  return { ...Object.fromEntries(described), default: problemResponse };
}
