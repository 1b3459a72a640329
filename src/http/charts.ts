import * as z from 'zod';
import { endpoint } from './handle.ts';
import { answerRegionChart, answerTagChart, chartQuery } from './page/charts/answer.ts';

const image = (text: string) => ({ 200: { text, types: ['image/svg+xml'] } });

/** GET /api/tags/{tag}/chart?since=180d&theme=dark: its history as a picture. */
export const getTagChart = endpoint({
  query: chartQuery,
  responses: image(
    'A line of what is published and of what is allowed, with what is held between, came back and was released.',
  ),
  async answer({ operator, request, query }) {
    return { ...(await answerTagChart(await operator(), request.params.tag ?? '', query)) };
  },
});

/** GET /api/region-weeks/chart?service=Storage: gains and losses as a picture. */
export const getRegionChart = endpoint({
  query: chartQuery.extend({ service: z.string().trim().min(1).max(200).describe('Its name, `Storage`.') }),
  responses: image('A heat map of regions by weeks: what each gained and lost.'),
  async answer({ operator, query: { service, ...query } }) {
    return { ...(await answerRegionChart(await operator(), service, query)) };
  },
});
