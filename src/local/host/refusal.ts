import { type ServerResponse, STATUS_CODES } from 'node:http';

/**
 * Answers what no function gets to see, as problem details (RFC 9457). Azure's own host answers these with the same
 * status and an empty body; whoever tries the service here is told what to do.
 */
export function refuse(response: ServerResponse, status: 401 | 404 | 413 | 500, detail: string, next: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail, next };
  response.end(response.req.method === 'HEAD' ? undefined : JSON.stringify(body));
}

/** `methods`: what the functions on this path take; none if there is no such path. */
export function refuseUnknown(
  response: ServerResponse,
  method: string,
  path: string,
  methods: readonly string[],
): void {
  if (methods.length === 0) {
    refuse(response, 404, `no function answers /${path}`, 'correct the path; README.md lists those that there are');
  } else {
    refuse(response, 404, `no function answers ${method} /${path}`, `use ${[...new Set(methods)].join(' or ')}`);
  }
}
