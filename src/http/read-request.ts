import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { endOfObject, mostNesting } from '../core/json.ts';
import { hiddenIn } from '../core/visible-text.ts';
import { BadRequest, type FieldIssue } from './responses.ts';

/** A request to this API is a few lines; more is a mistake. */
const maxBytes = 64 * 1024;

/** A strict schema of a body, or several by the field `kind`. */
export type BodySchema = z.ZodObject | { readonly kinds: Readonly<Record<string, z.ZodObject>> };

/** The fields of an object; none for an object without fields, whose type allows no field at all. */
export type Fields<T> = string extends keyof T ? unknown : T;

/** What readBody() gives for a schema. */
export type BodyOf<B> = B extends z.ZodObject
  ? z.output<B>
  : B extends { readonly kinds: infer S extends Readonly<Record<string, z.ZodObject>> }
    ? { [K in keyof S]: { readonly kind: K } & Fields<z.output<S[K]>> }[keyof S]
    : never;

/**
 * Reads a JSON body and checks it against its schema. An empty body that is meant is `{}`. Throws BadRequest with every
 * field that is wrong, or for a `kind` that there is not; an unknown field is wrong too, since a misspelt `dryRun` must not
 * become a real run.
 */
export async function readBody(request: HttpRequest, schema: BodySchema): Promise<object> {
  return checkBody(await readJson(request), schema);
}

/** The same for what was read already, as the fields of a form are. */
export function checkBody(value: unknown, schema: BodySchema): object {
  refuseHidden(value, 'body');
  if (!('kinds' in schema)) return check(value, schema, 'body');
  const { kind, ...fields } = typeof value === 'object' && value !== null ? (value as { kind?: unknown }) : {};
  const known = typeof kind === 'string' && Object.hasOwn(schema.kinds, kind) ? schema.kinds[kind] : undefined;
  if (known !== undefined) return { kind, ...check(fields, known, 'body') };
  const expected = `one of ${Object.keys(schema.kinds).join(', ')}`;
  const got = show(kind);
  throw new BadRequest(`The body is not valid. kind: expected ${expected}, got ${got}.`, [
    { path: 'kind', expected, got },
  ]);
}

/** A JSON body; `{}` if it is empty and meant to be. */
async function readJson(request: HttpRequest): Promise<unknown> {
  const text = await readText(request);
  if (text !== '') return parse(text);
  refuseMissing(request);
  return {};
}

/** The text of a body, cut off as soon as it is too long: a caller decides how much of the memory of all it takes. */
async function readText({ headers, body }: HttpRequest): Promise<string> {
  const length = Number(headers.get('content-length'));
  if (length > maxBytes) {
    await body?.cancel();
    throw tooLong(`${length}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLong('more');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLong(got: string): BadRequest {
  return new BadRequest(
    `Expected a body of at most ${maxBytes} bytes, got ${got}. Send only the fields documented.`,
    [],
    413,
  );
}

/**
 * Throws BadRequest unless an empty body is what the sender meant: `Content-Length: 0`, and nothing that speaks of more.
 * The Functions host hands on no body that comes without its length (`Transfer-Encoding: chunked`), so what is empty here
 * may have been `{"dryRun": true}` on the way.
 */
function refuseMissing({ headers }: HttpRequest): void {
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  const type = headers.get('content-type');
  const advice = "Send the JSON object with its Content-Length, {} at least (curl: -d '{}')";
  if (coding !== null || (length !== null && Number(length) !== 0)) {
    const announced = coding === null ? `Content-Length: ${length}` : `Transfer-Encoding: ${coding}`;
    const why = coding === null ? '' : ' A body without Content-Length does not get through the Functions host.';
    throw new BadRequest(`Expected the body that ${announced} announces, got none.${why} ${advice}.`, [], 411);
  }
  // What `curl -d ''` sends: a form's type, whatever the body is, and the length 0.
  if (type !== null && !/^application\/x-www-form-urlencoded\b/i.test(type)) {
    throw new BadRequest(`Expected a body of the Content-Type ${type}, got none. ${advice}, or leave the type out.`);
  }
  if (length === null) {
    throw new BadRequest(`Expected a body, or Content-Length: 0 for none, got neither. ${advice}.`, [], 411);
  }
}

/** Checks query parameters the same way; a repeated one arrives joined by commas and fails its type. */
export function readQuery<S extends z.ZodObject>(request: HttpRequest, schema: S): z.output<S> {
  // The host reads its own key from `?code=`: it is not ours to refuse.
  const given = [...request.query].filter(([name]) => name !== 'code');
  return checkQuery(Object.fromEntries(given), schema);
}

/** The same for parameters that were read already. */
export function checkQuery<S extends z.ZodObject>(given: Readonly<Record<string, string>>, schema: S): z.output<S> {
  refuseHidden(given, 'query');
  return check(given, schema, 'query');
}

/** Query parameters that say how many to list: `limit`, and `most`, its former name. */
export function limitFields(highest: 100 | 1000, absent: number) {
  const pattern = highest === 100 ? /^([1-9]\d?|100)$/ : /^([1-9]\d{0,2}|1000)$/;
  const count = z.string().regex(pattern, `a whole number from 1 to ${highest}`).transform(Number).optional();
  return {
    limit: count.describe(`How many to list, from 1 to ${highest}; ${absent} if absent.`),
    most: count.describe('The former name of `limit`.').meta({ deprecated: true }),
  };
}

/** Where a list goes on. What it says is known to who gave it. */
export const continuation = z
  .string()
  .regex(/^[\w-]{1,3000}$/, 'the `next` that the page before ended with')
  .describe('`next` of the page before; the first page if absent.')
  .optional();

/** How many to list. Throws BadRequest where both names are given: they may differ. */
export function limitOf(
  { limit, most }: { readonly limit?: number | undefined; readonly most?: number | undefined },
  absent: number,
): number {
  if (limit !== undefined && most !== undefined) {
    throw new BadRequest(
      'Expected one of the query parameters limit and most, got both. They are the same: use limit.',
    );
  }
  return limit ?? most ?? absent;
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadRequest(`Expected a JSON object as body, got something that is not JSON: ${error.message}`);
  }
  // What walks a value, a message about it among it, must not run out of stack.
  if (typeof value === 'object' && value !== null && endOfObject(text, text.search(/\S/)) === undefined) {
    throw new BadRequest(
      `Expected nesting of at most ${mostNesting} objects and arrays, got more. Send the fields documented.`,
    );
  }
  return value;
}

/** Throws BadRequest for texts with signs that no one sees: they are recorded, and shown to people who decide by them. */
function refuseHidden(value: unknown, where: 'body' | 'query'): void {
  const issues = hiddenFields(value, '');
  if (issues.length === 0) return;
  const detail = issues.map(({ path, expected, got }) => `${path || where}: expected ${expected}, got ${got}`);
  throw new BadRequest(`The ${where} is not valid. ${detail.join('; ')}.`, issues);
}

function hiddenFields(value: unknown, path: string): FieldIssue[] {
  if (typeof value === 'string') {
    const sign = hiddenIn(value);
    const expected = 'a text without control characters and marks of direction';
    return sign === undefined ? [] : [{ path, expected, got: `one with ${sign}` }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => hiddenFields(item, path === '' ? name : `${path}.${name}`));
}

function check<S extends z.ZodObject>(value: unknown, schema: S, where: 'body' | 'query'): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const issues = result.error.issues.flatMap((issue) => toFieldIssues(issue, value, known));
  const detail = issues.map((issue) => `${issue.path || where}: expected ${issue.expected}, got ${issue.got}`);
  throw new BadRequest(`The ${where} is not valid. ${detail.join('; ')}.`, issues);
}

function toFieldIssues(issue: z.core.$ZodIssue, value: unknown, known: readonly string[]): FieldIssue[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path.map(String), key].join('.'),
      expected: known.length > 0 ? `one of the fields ${known.join(', ')}` : 'no field at all',
      got: 'an unknown field',
    }));
  }
  return [{ path, expected: expectation(issue), got: show(valueAt(value, issue.path)) }];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum} (${issue.origin})`;
  if (issue.code === 'too_big') return `at most ${issue.maximum} (${issue.origin})`;
  return issue.message;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return at;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
