import {
  HeatmapChart,
  type HeatmapSeriesOption,
  LineChart,
  type LineSeriesOption,
  ScatterChart,
  type ScatterSeriesOption,
} from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
  TitleComponent,
  type TitleComponentOption,
  type VisualMapComponentOption,
  VisualMapPiecewiseComponent,
} from 'echarts/components';
import { type ComposeOption, init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ChartTheme } from './theme.ts';

use([
  LineChart,
  ScatterChart,
  HeatmapChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  VisualMapPiecewiseComponent,
  SVGRenderer,
]);

// Nobody knows the font of the reader: as wide as the widest that is usual, so that texts never run into each other.
setPlatformAPI({
  measureText(text, font = '12px') {
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
    const latin = size * (/bold/.test(font) ? 0.66 : 0.58);
    // By the width of a sign of Chinese the library knows the height of a line.
    return { width: [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? size : latin), 0) };
  },
});

/** What the charts here are made of. */
export type ChartOption = ComposeOption<
  | LineSeriesOption
  | ScatterSeriesOption
  | HeatmapSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TitleComponentOption
  | VisualMapComponentOption
>;

/** A chart to draw, in pixels, with the words that stand for it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly option: ChartOption;
}

/**
 * The drawing as an SVG document: without scripts, styles or references to anything outside, as wide as its place, the same text for
 * the same data.
 */
export function renderSvg({ width, height, title, description, option }: Drawing, theme: ChartTheme): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      useUTC: true,
      backgroundColor: theme.background,
      textStyle: { color: theme.text, fontFamily: 'system-ui, sans-serif' },
      ...option,
    });
    return documentOf(chart.renderToSVGString({ useViewBox: true }), title, description);
  } finally {
    chart.dispose();
  }
}

/** Takes out what serves a pointer, and numbers that count the charts of the process; puts in what serves a screen reader. */
function documentOf(svg: string, title: string, description: string): string {
  const still = svg
    .replace(/<style ?>[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, 'c-');
  const size = / width="[\d.]+" height="[\d.]+"/;
  const named = still.replace(/^<svg ([^>]*)>/, (_, attributes: string) => {
    const own = ` ${attributes}`.replace(size, '').replace(/ (?:version|baseProfile|xmlns:xlink)="[^"]*"/g, '');
    const words = `<title id="t">${escaped(title)}</title>\n<desc id="d">${escaped(description)}</desc>`;
    return `<svg${own} role="img" aria-labelledby="t" aria-describedby="d">\n${words}`;
  });
  return `${named}\n`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
