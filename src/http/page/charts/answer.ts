import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Operator } from '../../../operator/operator.ts';
import { chartThemes, chartWidths } from './theme.ts';

const moment = 'a date (UTC), a time with its zone, or a span before now such as `180d`';
const text = z.string().trim().min(1).max(60);

/** What a chart may be asked for; the query of its address. */
export const chartQuery = z.strictObject({
  since: text.describe(`From here on: ${moment}.`).optional(),
  until: text.describe(`Up to here: ${moment}; that very time does not belong to it.`).optional(),
  family: z.enum(['ipv4', 'ipv6'], 'ipv4 or ipv6').describe('IPv4 if absent.').optional(),
  theme: z.enum(chartThemes, 'light or dark').describe('Its colours; light if absent.').optional(),
  width: z
    .enum(chartWidths, 'wide or narrow')
    .describe('For which place it is drawn: `narrow` for a phone; wide if absent.')
    .optional(),
});

export type ChartQuery = z.output<typeof chartQuery>;

/** A chart as it is sent: a document that is embedded by `<img>`, or opened by itself. */
export interface ChartAnswer {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How large a tag was over time. Throws RequestError as `tagHistory()` does. */
export async function answerTagChart(
  operator: Pick<Operator, 'tagHistory'>,
  tag: string,
  { since, until, ...form }: ChartQuery,
): Promise<ChartAnswer> {
  const view = await operator.tagHistory(tag, { since, until });
  const { tagChart } = await import('./tag-chart.ts');
  return answerOf(tagChart(view, form.family ?? 'ipv4', formOf(form)));
}

/** What regions gained and lost, by week. Throws RequestError as `regionWeeks()` does. */
export async function answerRegionChart(
  operator: Pick<Operator, 'regionWeeks'>,
  service: string,
  { since, until, ...form }: ChartQuery,
): Promise<ChartAnswer> {
  const view = await operator.regionWeeks({ service, since, until });
  const { regionChart } = await import('./region-chart.ts');
  return answerOf(regionChart(view, form.family ?? 'ipv4', formOf(form)));
}

/**
 * The forms of one chart for `<source media srcset>` within `<picture>`; the first that fits counts. The last one, without a
 * condition, is for `<img src>`. @param address of the chart, with its query or without one.
 */
export function chartSources(address: string): readonly { readonly media?: string; readonly srcset: string }[] {
  const at = (form: Record<string, string>) =>
    `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(form)}`;
  const [phone, dark] = ['(max-width: 600px)', '(prefers-color-scheme: dark)'];
  return [
    { media: `${phone} and ${dark}`, srcset: at({ theme: 'dark', width: 'narrow' }) },
    { media: phone, srcset: at({ theme: 'light', width: 'narrow' }) },
    { media: dark, srcset: at({ theme: 'dark', width: 'wide' }) },
    { srcset: at({ theme: 'light', width: 'wide' }) },
  ];
}

function formOf({ theme = 'light', width = 'wide' }: Pick<ChartQuery, 'theme' | 'width'>) {
  return { theme, width };
}

function answerOf(body: string): ChartAnswer {
  return {
    status: 200,
    headers: {
      'content-type': 'image/svg+xml; charset=utf-8',
      // Opened by itself it is a document of this origin: it may load and run nothing.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'private, no-cache',
      etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
    },
    body,
  };
}
