import type * as z from 'zod';
import type { AnswerOf, Plain } from '../http/answers/component.ts';
import type { Response, TypedEndpoint } from '../http/handle.ts';
import type { BodySchema, Fields } from '../http/read-request.ts';
import { routeFor, routes, type Table } from '../http/routes.ts';
import { type Answer, type ApiClient, ApiError } from './api-client.ts';

type Method = 'GET' | 'POST';

/** The row of a name that has a method. */
type Row<M extends Method, N extends string = string, R = Table[number]> = R extends {
  readonly name: N;
  readonly methods: readonly (infer Has)[];
  load(): Promise<TypedEndpoint<infer _Q, infer _B, infer _R>>;
}
  ? M extends Has
    ? R
    : never
  : never;

type EndpointOf<R> = R extends { load(): Promise<infer E> } ? E : never;

type IdOf<R> = R extends { readonly path: `${string}{${string}` } ? { readonly id: string } : { readonly id?: never };

type Asked<R> = IdOf<R> &
  (EndpointOf<R> extends TypedEndpoint<infer Q, BodySchema, infer _R>
    ? Record<never, never> extends z.input<Q>
      ? { readonly query?: Readonly<z.input<Q>> }
      : { readonly query: Readonly<z.input<Q>> }
    : never);

type BodyOf<B> = B extends z.ZodObject
  ? Plain<z.input<B>>
  : B extends { readonly kinds: infer K extends Readonly<Record<string, z.ZodObject>> }
    ? { [Kind in keyof K]: { readonly kind: Kind } & Fields<Plain<z.input<K[Kind]>>> }[keyof K]
    : never;

type Sent<R> = EndpointOf<R> extends TypedEndpoint<infer _Q, infer B, infer _R> ? BodyOf<B> : never;

/** Answers in JSON, by status. */
type Answers<R> =
  EndpointOf<R> extends TypedEndpoint<infer _Q, infer _B, infer All>
    ? { [S in keyof All]: All[S] extends { readonly json: infer J extends z.ZodType } ? AnswerOf<J> : never }
    : never;

/** Statuses with which a route may answer, beside those that every route has. */
export type StatusOf<M extends Method, N extends string> = keyof Answers<Row<M, N>> & number;

/** The API by the names of its routes: what each takes, and what it answers with a status, by the table of routes. */
export interface RouteClient {
  /** `id` is what the path has in braces. */
  get<N extends Row<'GET'>['name']>(
    name: N,
    ...asked: Record<never, never> extends Asked<Row<'GET', N>>
      ? [asked?: Asked<Row<'GET', N>>]
      : [asked: Asked<Row<'GET', N>>]
  ): Promise<Answers<Row<'GET', N>>[200 & keyof Answers<Row<'GET', N>>]>;
  post<N extends Row<'POST'>['name'], S extends StatusOf<'POST', N>>(
    name: N,
    status: S,
    body: Sent<Row<'POST', N>>,
  ): Promise<Answers<Row<'POST', N>>[S]>;
  /** What a route gives as it is. */
  file(name: Row<'GET'>['name'], id: string): Promise<{ readonly bytes: Uint8Array; readonly etag: string }>;
}

/**
 * Asks routes by their names. An answer is checked as it arrives; what it has beyond its schema is dropped. Throws ApiError for
 * one of another version of the service.
 */
export function routeClient(api: ApiClient): RouteClient {
  return {
    async get(name: string, { id, query }: { readonly id?: string; readonly query?: object } = {}) {
      return checked(api.get(pathOf(name, 'GET', id), textsOf(query)), name, 'GET', 200);
    },
    async post(name: string, status: number, body: object) {
      return checked(api.post(pathOf(name, 'POST'), body), name, 'POST', status);
    },
    file: (name, id) => api.file(pathOf(name, 'GET', id)),
  } as RouteClient;
}

function rowOf(name: string, method: Method) {
  const row = routeFor(
    routes.filter((one) => one.name === name),
    method,
  );
  if (row === undefined) throw new Error(`expected a row for ${method} in the table of routes, got none by ${name}`);
  return row;
}

function pathOf(name: string, method: Method, id = ''): string {
  return rowOf(name, method).path.replace(/\{(\*?)\w+\}/, (_, rest) =>
    rest === '*' ? id.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(id),
  );
}

/** Parameters that are undefined are left out. */
function textsOf(query: object = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** What an answer says, by its schema, which is loaded while the answer is on its way. */
async function checked(answer: Promise<Answer>, name: string, method: Method, wanted: number): Promise<unknown> {
  const [{ status, value }, { responses }] = await Promise.all([answer, rowOf(name, method).load()]);
  const response: Response | undefined = responses[wanted];
  if (status !== wanted) throw ofAnotherVersion(`with the status ${status}`);
  if (response === undefined || typeof response === 'string' || response.json === undefined) {
    throw new Error(`expected a schema of what ${method} ${name} answers with ${wanted}, got none`);
  }
  const read = response.json.safeParse(value);
  if (read.success) return read.data;
  const [first, ...others] = read.error.issues.map(({ path }) => path);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const how = isThere(value, first) ? 'with another' : 'without';
  throw ofAnotherVersion(`${how} ${first?.map(String).join('.')}${more}`);
}

function isThere(value: unknown, path: readonly PropertyKey[] = []): boolean {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return at !== undefined;
}

function ofAnotherVersion(got: string): ApiError {
  return new ApiError(
    `expected the answer of a service of this version, got one ${got}: use the command line of the version that is deployed there (\`info.version\` of GET /api/openapi.json)`,
  );
}
