import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { BadRequest, type FieldIssue } from './problem.ts';

/** A request to this API is a few lines; more is a mistake. */
const maxCharacters = 64 * 1024;

/**
 * Reads a JSON body and checks it against a strict schema. An empty body that is meant is `{}`. Throws BadRequest with
 * every field that is wrong; a field nobody knows is wrong too, since a misspelt `dryRun` must not become a real run.
 */
export async function readBody<S extends z.ZodObject>(request: HttpRequest, schema: S): Promise<z.output<S>> {
  return check(await readJson(request), schema, 'body');
}

/**
 * Reads a body whose field `kind` says which of several schemas it must keep. Throws BadRequest like readBody(), also for
 * a kind that is none of them.
 */
export async function readBodyOfKind<S extends Readonly<Record<string, z.ZodObject>>>(
  request: HttpRequest,
  schemas: S,
): Promise<{ [K in keyof S]: { readonly kind: K } & z.output<S[K]> }[keyof S]> {
  const value = await readJson(request);
  const { kind, ...fields } = typeof value === 'object' && value !== null ? (value as { kind?: unknown }) : {};
  if (typeof kind !== 'string' || !Object.hasOwn(schemas, kind)) {
    const expected = `one of ${Object.keys(schemas).join(', ')}`;
    const got = show(kind);
    throw new BadRequest(`The body is not valid. kind: expected ${expected}, got ${got}.`, [
      { path: 'kind', expected, got },
    ]);
  }
  const schema = schemas[kind] as z.ZodObject;
  return { kind, ...check(fields, schema, 'body') } as never;
}

/** A JSON body; `{}` if it is empty and meant to be. */
async function readJson(request: HttpRequest): Promise<unknown> {
  const text = await request.text();
  if (text.length > maxCharacters) {
    throw new BadRequest(
      `Expected a body of at most ${maxCharacters} characters, got ${text.length}. Send only the fields documented.`,
      [],
      413,
    );
  }
  if (text !== '') return parse(text);
  refuseMissing(request);
  return {};
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
  return check(Object.fromEntries(given), schema, 'query');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadRequest(`Expected a JSON object as body, got something that is not JSON: ${error.message}`);
  }
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
