import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import type { Operator, PlanView } from '../operator/operator.ts';
import { json } from './json.ts';
import { problem } from './problem.ts';
import { readQuery } from './read-body.ts';

const query = z.strictObject({ format: z.enum(['json', 'markdown', 'csv'], 'json, markdown or csv').optional() });
type Format = NonNullable<z.output<typeof query>['format']>;

/**
 * GET /api/plans/{part id} or /api/plans/{run}/{target}: as JSON; with `?format=markdown`, `?format=csv`, or such an Accept
 * header, as a change ticket.
 */
export async function getPlan(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  const { format = formatOf(request.headers.get('accept') ?? '') } = readQuery(request, query);
  const id = request.params.id ?? '';
  const plan = await operator.plan(id);
  if (plan === undefined) {
    return problem(404, `No recorded plan has a part with the id "${id}", or is of such a run and target.`, {
      next: 'GET /api/runs lists runs; their outcomes and GET /api/status name what waits. Ask by part id, or by run/target.',
    });
  }
  return show[format](plan);
}

const show: Readonly<Record<Format, (plan: PlanView) => HttpResponseInit>> = {
  json: (plan) => json(200, plan),
  markdown: (plan) => text('text/markdown', changeTicketMarkdown(plan)),
  csv: (plan) => text('text/csv', changeTicketCsv(plan)),
};

/** The first form that the client names; JSON if it names none of them. */
function formatOf(accept: string): Format {
  const named = accept.split(',').map((type) => type.split(';', 1)[0]?.trim().toLowerCase());
  const known: Readonly<Record<string, Format>> = {
    'application/json': 'json',
    'text/markdown': 'markdown',
    'text/csv': 'csv',
  };
  for (const type of named) if (type !== undefined && Object.hasOwn(known, type)) return known[type] as Format;
  return 'json';
}

function text(type: string, body: string): HttpResponseInit {
  return { status: 200, headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' }, body };
}
