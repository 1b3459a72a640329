import { Hono } from 'hono';
import { html } from 'hono/html';
import { checkQuery } from '../../read-request.ts';
import { answerRegionChart, answerTagChart, type ChartAnswer, chartQuery, chartSources } from '../charts/answer.ts';
import { type Markup, shown } from '../document.ts';
import type { PageContext, PageEnv } from '../session.ts';

/** Pictures of the page, as documents of their own. */
export const charts = new Hono<PageEnv>()
  .get('/tag/:tag', async (c) =>
    send(c, await answerTagChart(await c.env.call.operator(), c.req.param('tag'), queryOf(c))),
  )
  .get('/regions/:service', async (c) =>
    send(c, await answerRegionChart(await c.env.call.operator(), c.req.param('service'), queryOf(c))),
  );

const queryOf = (c: PageContext) => checkQuery(c.req.query(), chartQuery);

function send(c: PageContext, { headers, body }: ChartAnswer): Response {
  const { 'content-security-policy': policy, ...others } = headers;
  // The picture has its own style sheet within; see app.ts, which sets the policy last.
  if (policy !== undefined) c.set('policy', policy);
  return c.body(body, 200, others);
}

/** A picture in the form that fits theme and width. @param address its path with its query. */
export function picture(address: string, description: string): Markup {
  const sources = chartSources(address);
  const { srcset } = sources.at(-1) ?? { srcset: address };
  return html`<picture>${sources
    .slice(0, -1)
    .map(
      ({ media, srcset: own }) => html`<source media="${media ?? ''}" srcset="${own}">`,
    )}<img class="chart" src="${srcset}" alt="${shown(description)}"></picture>`;
}
