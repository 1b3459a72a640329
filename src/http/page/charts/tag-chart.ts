import type { TagPoint } from '../../../core/tag-sizes/points.ts';
import type { TagHistoryView } from '../../../operator/queries/tag-history.ts';
import { type ChartFamily, readable, short, type Unit, unitOf } from './numbers.ts';
import { type ChartOption, renderSvg } from './render.ts';
import { type ChartForm, type ChartTheme, themes } from './theme.ts';

/** One point in the unit of the chart. */
interface Point {
  readonly at: number;
  readonly date: string;
  readonly published: number;
  readonly gained: number;
  readonly lost: number;
  readonly returned: number;
  readonly released: number;
  readonly allowed: number | undefined;
  readonly held: number;
  readonly blocked: number;
}

const names = {
  allowed: 'Allowed here',
  published: 'Published',
  held: 'Held: not published, still allowed',
  blocked: 'Held: published, not allowed yet',
  lost: 'Lost',
  returned: 'Came back',
  released: 'Released',
} as const;

/** How each is drawn in the legend. */
const icons: Readonly<Record<keyof typeof names, string>> = {
  allowed: 'path://M0,3h24v4h-24z',
  published: 'path://M0,4h6v2h-6z M9,4h6v2h-6z M18,4h6v2h-6z',
  held: 'rect',
  blocked: 'rect',
  lost: 'path://M0,0h10l-5,9z',
  returned: 'triangle',
  released: 'diamond',
};

/** So many marks get their number written beside them: those of the largest moves. */
const mostLabels = { wide: 4, narrow: 2 } as const;

const places = {
  wide: { width: 960, height: 400, grid: { left: 64, right: 40, top: 104, bottom: 36 }, ticks: 7, legend: 58 },
  narrow: { width: 390, height: 440, grid: { left: 48, right: 20, top: 196, bottom: 32 }, ticks: 3, legend: 88 },
} as const;

type Shown = Pick<TagHistoryView, 'tag' | 'points' | 'until'>;

/** How large a tag was over time, as an SVG document: published, allowed, and what is held between the two. */
export function tagChart(view: Shown, family: ChartFamily, form: ChartForm): string {
  const theme = themes[form.theme];
  const unit = unitOf(family, view.points.flatMap(sizesIn));
  const points = view.points.map((point) => inUnit(point, unit));
  const { width, height, grid, ticks, legend } = places[form.width];
  const title = `${view.tag}: ${unit.name}`;
  const top = Math.max(1, ...points.map(({ published, allowed = 0 }) => Math.max(published, allowed)));
  const axis = { axisLine: { lineStyle: { color: theme.faint } }, axisLabel: { color: theme.faint, fontSize: 12 } };
  const series = points.length === 0 ? [] : seriesOf(extended(points, view.until), theme, mostLabels[form.width]);
  const option: ChartOption = {
    title: {
      text: title,
      subtext: points.length === 0 ? 'Nothing is known of it in this time.' : headlineOf(points),
      left: 12,
      top: 8,
      itemGap: 6,
      textStyle: { fontSize: 15, color: theme.text, width: width - 24, overflow: 'break' },
      subtextStyle: { fontSize: 12, color: theme.faint, width: width - 24, overflow: 'break' },
    },
    legend: {
      left: 8,
      top: legend,
      width: width - 16,
      itemGap: 14,
      itemHeight: 10,
      textStyle: { color: theme.text, fontSize: 12 },
      selectedMode: false,
      itemWidth: 22,
      data: (Object.keys(names) as (keyof typeof names)[])
        .filter((key) => series.some(({ name }) => name === names[key]))
        .map((key) => ({ name: names[key], icon: icons[key] })),
    },
    grid,
    xAxis: {
      type: 'time',
      splitNumber: ticks,
      ...axis,
      axisLabel: {
        ...axis.axisLabel,
        hideOverlap: true,
        formatter: { year: '{MMM} {yyyy}', month: '{MMM}', day: '{d} {MMM}', hour: '{HH}:{mm}' },
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: niceAbove(top * 1.08),
      splitNumber: 4,
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => short(value) },
      splitLine: { lineStyle: { color: theme.grid } },
    },
    series,
  };
  return renderSvg({ width, height, title, description: describeTag(view, points, unit.name), option }, theme);
}

/** What the chart shows, in words. */
function describeTag({ tag, until }: Shown, points: readonly Point[], unit: string): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `Nothing is known of ${tag} in this time.`;
  const lowest = points.reduce((least, one) => (one.published < least.published ? one : least));
  const allowed = points.flatMap((one) => one.allowed ?? []);
  const told = (of: 'returned' | 'released' | 'lost') =>
    points
      .filter((one) => one[of] > 0)
      .map((one) => `${readable(one[of])} on ${one.date}`)
      .join(', ') || 'nothing';
  const held = Math.max(...points.map((one) => one.held));
  return [
    `From ${first.date} to ${until?.slice(0, 10) ?? last.date}, in ${unit}.`,
    `Published: ${readable(first.published)} at first, ${readable(last.published)} at last, fewest ${readable(lowest.published)} on ${lowest.date}.`,
    allowed.length === 0
      ? 'No run judged it in this time, so that nothing is known of what was allowed.'
      : `Allowed here: ${readable(last.allowed ?? 0)} at last, fewest ${readable(Math.min(...allowed))}.`,
    `No longer published from one publication to the next: ${told('lost')}.`,
    `Held, so still allowed: ${held > 0 ? `up to ${readable(held)}` : 'nothing'}.`,
    `Came back while it was held: ${told('returned')}. Released: ${told('released')}.`,
  ].join(' ');
}

/** The largest loss, and what became of it, in a sentence to be seen above the chart. */
function headlineOf(points: readonly Point[]): string {
  const worst = points.reduce((most, one) => (one.lost > most.lost ? one : most));
  const last = points.at(-1);
  if (worst.lost === 0) return `Nothing was lost. Published at last: ${readable(last?.published ?? 0)}`;
  const before = worst.published - worst.gained + worst.lost;
  const share = worst.lost === before ? 100 : Math.min(99, Math.round((worst.lost / Math.max(before, 1)) * 100));
  const held =
    worst.held > 0 ? 'held, so still allowed' : worst.allowed === undefined ? 'no run judged it' : 'not held';
  const back = points.find((one) => one.at > worst.at && one.returned > 0);
  return `${worst.date}: ${readable(worst.lost)} lost (${share} %), ${held}${back ? `; ${back.date}: ${readable(back.returned)} back` : ''}`;
}

function seriesOf(
  points: readonly Point[],
  theme: ChartTheme,
  labels: number,
): NonNullable<Extract<ChartOption['series'], readonly unknown[]>> {
  const isJudged = points.some(({ allowed }) => allowed !== undefined);
  const line = { type: 'line', step: 'end', symbol: 'none', silent: true } as const;
  const between = (of: (point: Point) => number | undefined) => points.map((point) => [point.at, of(point) ?? null]);
  const clear = { lineStyle: { opacity: 0 }, itemStyle: { color: 'transparent' } };
  const gap = (name: string, colour: string, of: (point: Point, allowed: number) => number) => ({
    ...line,
    ...clear,
    name,
    stack: 'gap',
    itemStyle: { color: colour },
    areaStyle: { color: colour, opacity: 0.55 },
    data: between((point) => (point.allowed === undefined ? undefined : of(point, point.allowed))),
  });
  const both = ({ published, allowed = published }: Point) => Math.min(published, allowed);
  const hasHeld = points.some(({ published, allowed = published }) => allowed > published);
  const hasBlocked = points.some(({ published, allowed = published }) => allowed < published);
  const marks = (of: MarkStyle['of'], style: Pick<MarkStyle, 'symbol' | 'rotate' | 'word'>) =>
    points.some((one) => one[of] > 0) ? [marksOf(points, { ...style, of, most: labels }, theme)] : [];
  return [
    ...(hasHeld || hasBlocked ? [{ ...line, ...clear, name: '~', stack: 'gap', data: between(both) }] : []),
    ...(hasHeld ? [gap(names.held, theme.held, ({ published }, allowed) => Math.max(0, allowed - published))] : []),
    ...(hasBlocked
      ? [gap(names.blocked, theme.blocked, ({ published }, allowed) => Math.max(0, published - allowed))]
      : []),
    ...(isJudged
      ? [
          {
            ...line,
            name: names.allowed,
            lineStyle: { width: 4, color: theme.allowed },
            itemStyle: { color: theme.allowed },
            data: between(({ allowed }) => allowed),
          },
        ]
      : []),
    {
      ...line,
      name: names.published,
      lineStyle: { width: 2, color: theme.published, type: isJudged ? [5, 3] : 'solid' },
      itemStyle: { color: theme.published },
      data: between(({ published }) => published),
    },
    ...marks('lost', { symbol: 'triangle', rotate: 180, word: '−' }),
    ...marks('returned', { symbol: 'triangle', rotate: 0, word: '+' }),
    ...marks('released', { symbol: 'diamond', rotate: 0, word: '−' }),
  ];
}

interface MarkStyle {
  readonly of: 'lost' | 'returned' | 'released';
  readonly symbol: string;
  readonly rotate: number;
  /** Before the number. */
  readonly word: string;
  /** How many get their number written beside them. */
  readonly most: number;
}

/** Marks of one kind, where they happened: on the line of what is published, or on that of what is allowed. */
function marksOf(points: readonly Point[], { of, symbol, rotate, word, most }: MarkStyle, theme: ChartTheme) {
  const marked = points.filter((one) => one[of] > 0);
  const largest = new Set(marked.toSorted((a, b) => b[of] - a[of]).slice(0, most));
  const isBelow = of === 'lost';
  return {
    type: 'scatter' as const,
    name: names[of],
    silent: true,
    symbol,
    symbolRotate: rotate,
    symbolSize: of === 'released' ? 15 : 13,
    itemStyle: { color: theme[of], borderColor: theme.background, borderWidth: 1.5, opacity: 1 },
    z: 5,
    data: marked.map((one) => ({
      value: [one.at, isBelow ? one.published : (one.allowed ?? one.published)],
      label: {
        show: largest.has(one),
        formatter: `${word}${readable(one[of])} ${names[of].toLowerCase()}`,
        ...(isBelow ? { position: 'left' as const, offset: [-2, -8] } : { position: 'top' as const }),
        color: theme.text,
        fontSize: 12,
        fontWeight: 'bold' as const,
      },
    })),
  };
}

/** The last point holds to the end of the time. */
function extended(points: readonly Point[], until: string | undefined): readonly Point[] {
  const last = points.at(-1);
  const at = until === undefined ? Number.NaN : Date.parse(until);
  return last && at > last.at ? [...points, { ...last, at, gained: 0, lost: 0, returned: 0, released: 0 }] : points;
}

function inUnit(point: TagPoint, { of }: Unit): Point {
  return {
    at: Date.parse(point.at),
    date: point.publication?.date ?? point.at.slice(0, 10),
    published: of(point.published),
    gained: of(point.gained),
    lost: of(point.lost),
    returned: of(point.returned),
    released: of(point.released),
    allowed: point.effective && of(point.effective),
    held: point.held ? of(point.held) : 0,
    blocked: point.blocked ? of(point.blocked) : 0,
  };
}

function sizesIn({ published, lost, returned, released, effective, held, blocked }: TagPoint) {
  return [published, lost, returned, released, effective, held, blocked].filter((size) => size !== undefined);
}

/** The next of 1, 2, 2.5, 5 and 10 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10);
}
