import type { HttpResponseInit } from '@azure/functions';

/** An answer that no cache keeps. */
export function json(status: number, jsonBody: unknown): HttpResponseInit {
  return { status, headers: { 'cache-control': 'no-store' }, jsonBody };
}
