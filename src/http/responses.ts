import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { marked, visibleIn } from '../core/visible-text.ts';

/** What is wrong with one field of a request: where, what was expected, what came. */
export interface FieldIssue {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Problem details, RFC 9457. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What was expected, and what came. */
  readonly detail: string;
  /** What to do. */
  readonly next?: string;
  readonly issues?: readonly FieldIssue[];
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Credentials are needed',
  403: 'Not from here',
  404: 'Not found',
  409: 'This cannot be taken',
  410: 'No longer kept',
  411: 'A body is missing',
  413: 'The request is too large',
  429: 'Too many attempts',
  500: 'The request failed',
  503: 'Not at the moment',
};

/** An answer with a JSON body. */
export interface JsonAnswer<S extends number, T> extends Omit<HttpResponseInit, 'body'> {
  readonly status: S;
  readonly jsonBody: T;
}

/** An answer of another media type, or without a body. */
export interface OtherAnswer<S extends number> extends HttpResponseInit {
  readonly status: S;
  readonly jsonBody?: never;
}

/** An answer that no cache keeps. */
export function json<const S extends number, T>(status: S, jsonBody: T): JsonAnswer<S, T> {
  return { status, headers: { 'cache-control': 'no-store' }, jsonBody };
}

/** The same as a text of another media type. */
export function text(type: `${'text' | 'application'}/${string}`, body: string): OtherAnswer<200> {
  return { status: 200, headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }, body };
}

/** Forms of an answer that is also a document. */
export const formats = ['json', 'markdown', 'csv'] as const;
export type Format = (typeof formats)[number];

/** The first form that the client accepts; JSON if it names none of them. */
export function acceptedFormat({ headers }: Pick<HttpRequest, 'headers'>): Format {
  const accept = headers.get('accept') ?? '';
  const named = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase());
  const known = new Map<string | undefined, Format>([
    ['application/json', 'json'],
    ['text/markdown', 'markdown'],
    ['text/csv', 'csv'],
  ]);
  for (const type of named) {
    const format = known.get(type);
    if (format !== undefined) return format;
  }
  return 'json';
}

/** The answer with what every one carries: no browser may take it for another type than it says. */
export function asSent({ headers, ...answer }: HttpResponseInit): HttpResponseInit {
  return { ...answer, headers: { ...Object.fromEntries(new Headers(headers)), 'x-content-type-options': 'nosniff' } };
}

/** An answer that names the run to look for. */
export function withRun<A extends HttpResponseInit>(answer: A, { run }: { readonly run: string }): A {
  return { ...answer, headers: { ...answer.headers, location: `/api/runs/${encodeURIComponent(run)}` } };
}

/**
 * The answer with the address of the page that follows (RFC 8288), relative to its own; it is the same where there is none.
 * A key in `code` is left out: an address is written down more easily than a header.
 */
export function withNext<A extends HttpResponseInit>(answer: A, request: HttpRequest, next: string | undefined): A {
  if (next === undefined) return answer;
  const query = new URLSearchParams([...request.query].filter(([name]) => name !== 'code' && name !== 'after'));
  query.set('after', next);
  return {
    ...answer,
    headers: { ...Object.fromEntries(new Headers(answer.headers)), link: `<?${query}>; rel="next"` },
  };
}

/**
 * An error answer as RFC 9457 describes it. `detail` says what was expected and got, `next` what to do; `issues` lists
 * every field that is wrong, not only the first. Parts of the request are in all of them: signs that a terminal obeys are
 * marked.
 */
export function problem<const S extends number>(
  status: S,
  detail: string,
  more: Pick<ProblemDetails, 'next' | 'issues'> = {},
): JsonAnswer<S, ProblemDetails> {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    jsonBody: {
      type: 'about:blank',
      title: titles[status] ?? 'The request failed',
      status,
      detail: marked(detail),
      ...visibleIn(more),
    },
  };
}

/** Thrown while a request is read; becomes a 400 (or `status`) answer. */
export class BadRequest extends Error {
  override name = 'BadRequest';
  readonly issues: readonly FieldIssue[];
  readonly status: number;

  constructor(message: string, issues: readonly FieldIssue[] = [], status = 400) {
    super(message);
    this.issues = issues;
    this.status = status;
  }
}
