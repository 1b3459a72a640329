import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import type { FeedServer } from '../feeds/feed-server.ts';
import { DecisionRejected, type Operator } from '../operator/operator.ts';
import { RequestError, type Service } from '../run/service.ts';
import type { Settings } from '../run/settings.ts';
import { admit, type Role, type SignedIn } from './access.ts';
import type { AnswerOf } from './answers/component.ts';
import { type BodyOf, type BodySchema, readBody, readQuery } from './read-request.ts';
import { asSent, BadRequest, type JsonAnswer, type OtherAnswer, type ProblemDetails, problem } from './responses.ts';

/** The parts of the product that an endpoint may ask. Each is opened when it is asked for. */
export interface Product {
  service(): Promise<Service>;
  operator(): Promise<Operator>;
  feeds(): Promise<FeedServer>;
  settings(): Promise<Pick<Settings, 'easyAuth' | 'now'>>;
}

/** One request to an endpoint: checked, with what it may ask. */
export interface Call<Q = unknown, B = unknown> extends Product {
  readonly request: HttpRequest;
  readonly context: Pick<InvocationContext, 'error' | 'warn' | 'invocationId'>;
  /** Who signed in, on a route that asks for no key and has a role; absent without a sign-in that counts. */
  readonly signedIn?: SignedIn;
  readonly query: Q;
  readonly body: B;
}

/** What comes with a status: JSON of a schema, other media types, or either; a text alone stands for a problem. */
export type Response =
  | string
  | { readonly text: string; readonly json?: z.ZodType; readonly types?: readonly string[] };

/** By status. What every route of its kind may answer (a bad request, no sign-in) is not among them, see openapi.ts. */
export type Responses = Readonly<Record<number, Response>>;

/** What answers a route, with the schemas that its requests are checked by. Throws BadRequest, RequestError or DecisionRejected. */
export interface Endpoint {
  /** Absent: query parameters are not looked at. */
  readonly query?: z.ZodObject;
  readonly body?: BodySchema;
  readonly responses: Responses;
  answer(call: Call): Promise<HttpResponseInit>;
}

/** An endpoint whose schemas are known to the compiler. */
export interface TypedEndpoint<Q extends z.ZodObject, B extends BodySchema, R extends Responses> extends Endpoint {
  readonly query?: Q;
  readonly body?: B;
  readonly responses: R;
}

/** Statuses of those responses that are of a kind. */
type StatusOf<R extends Responses, Kind> = { [S in keyof R]: R[S] extends Kind ? S : never }[keyof R] & number;

/** What an endpoint may answer by the responses that it names. */
type Answered<R extends Responses> =
  | JsonAnswer<StatusOf<R, string>, ProblemDetails>
  | OtherAnswer<StatusOf<R, { readonly types: readonly string[] }>>
  | {
      [S in keyof R & number]: R[S] extends { readonly json: infer J extends z.ZodType }
        ? JsonAnswer<S, AnswerOf<J>>
        : never;
    }[keyof R & number];

/** An endpoint whose answer gets the query and the body as its schemas read them, and gives what its responses name. */
export function endpoint<Q extends z.ZodObject, B extends BodySchema, const R extends Responses>(given: {
  readonly query?: Q;
  readonly body?: B;
  readonly responses: R;
  answer(call: Call<z.output<Q>, BodyOf<B>>): Promise<Answered<R>>;
}): TypedEndpoint<Q, B, R> {
  return given;
}

/** One row of the table of routes (routes.ts). Plain data: what answers is loaded with the first request. */
export type Route = {
  /** Of the function in Azure. Rows of one name are one function, and have one path. */
  readonly name: string;
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[];
  /** What the path begins below: `/api/`, or the root of the app. Absent: `/api/`. */
  readonly under?: 'root';
  /** With parameters as Azure Functions writes them: `{id}`, or `{*id}` for the rest of a path. */
  readonly path: string;
  /** One line for the document of the API. */
  readonly summary: string;
  load(): Promise<Endpoint>;
} & (
  | { readonly authLevel?: 'function'; readonly role: Role }
  /** The host asks for no key. The endpoint decides who may call; with a role, it is told whether a sign-in has it. */
  | { readonly authLevel: 'anonymous'; readonly role?: Role }
);

/**
 * Answers a request by its route and turns every error into a problem answer, in this one place. An unexpected error is
 * logged in full and answered without a word of it: its message may hold what the caller may not know, and another one
 * wrote.
 */
export async function handle(
  route: Pick<Route, 'authLevel' | 'role' | 'load'>,
  request: HttpRequest,
  context: InvocationContext,
  product: Product,
): Promise<HttpResponseInit> {
  return asSent(await answerOf(route, request, context, product));
}

async function answerOf(
  route: Pick<Route, 'authLevel' | 'role' | 'load'>,
  request: HttpRequest,
  context: InvocationContext,
  product: Product,
): Promise<HttpResponseInit> {
  try {
    const signedIn = admit(route, request, process.env);
    const found = await route.load();
    const query = found.query && readQuery(request, found.query);
    const body = found.body && (await readBody(request, found.body));
    return await found.answer({ ...product, request, context, query, body, ...(signedIn && { signedIn }) });
  } catch (error) {
    if (error instanceof BadRequest) {
      return problem(error.status, error.message, error.issues.length > 0 ? { issues: error.issues } : {});
    }
    if (error instanceof DecisionRejected) return problem(409, error.message);
    if (error instanceof RequestError) return problem(400, error.message);
    context.error(error);
    const id = context.invocationId;
    return problem(500, `The request failed in an unexpected way, under invocation ${id}.`, {
      next: `The log of the app (locally, the output of \`npm start\`) has the error under invocation ${id}.`,
    });
  }
}
