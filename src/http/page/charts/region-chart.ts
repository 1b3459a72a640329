import type { RegionWeek, RegionWeeks } from '../../../core/tag-sizes/region-weeks.ts';
import { type ChartFamily, readable, short, type Unit, unitOf } from './numbers.ts';
import { type ChartOption, renderSvg } from './render.ts';
import { type ChartForm, type ChartTheme, themes } from './theme.ts';

/** Where a step of the scale begins. A /24 is 256 addresses; of /64 networks, which come by thousands, the same is as good. */
const [some, many] = [256, 1024] as const;

type Level = keyof ChartTheme['scale'];
const levels: readonly Level[] = [-3, -2, -1, 1, 2, 3];
const levelNames: Readonly<Record<Level, string>> = {
  '-3': `lost ${readable(many)}+`,
  '-2': `lost ${some}+`,
  '-1': 'lost fewer',
  1: 'gained fewer',
  2: `gained ${some}+`,
  3: `gained ${readable(many)}+`,
};
/** A week without a publication, beside the levels. */
const noPublication = 9;

const places = {
  wide: { width: 960, left: 132, right: 16, row: 20, mostWeeks: 53, legend: 56, top: 92, label: 46, size: 12 },
  narrow: { width: 390, left: 118, right: 8, row: 18, mostWeeks: 26, legend: 96, top: 244, label: 46, size: 11 },
} as const;
const below = 36;

interface Cell {
  readonly region: string;
  readonly week: string;
  readonly gained: number;
  readonly lost: number;
}

/** Gains and losses of regions by week, as an SVG document. A cell says by its sign as well as by its colour which it is. */
export function regionChart(view: RegionWeeks, family: ChartFamily, form: ChartForm): string {
  const theme = themes[form.theme];
  const { width, left, right, row, mostWeeks, legend, top, label, size } = places[form.width];
  const weeks = view.weeks.slice(-mostWeeks);
  const unit = unitOf(
    family,
    view.regions.flatMap((region) => region.weeks.flatMap(({ gained, lost }) => [gained, lost])),
  );
  const cells = cellsOf(view, new Set(weeks.map(({ week }) => week)), unit);
  const regions = [...new Set(cells.map(({ region }) => region))].sort();
  const height = top + Math.max(2, regions.length) * row + below;
  const title = `${view.service}: ${unit.name} gained and lost`;
  const cellWidth = (width - left - right) / Math.max(1, weeks.length);
  const every = Math.max(1, Math.ceil(label / cellWidth));
  const axisLabel = { color: theme.faint, fontSize: size };
  const option: ChartOption = {
    title: {
      text: title,
      subtext: headlineOf(cells, regions.length, weeks),
      left: 12,
      top: 8,
      itemGap: 4,
      textStyle: { fontSize: size + 3, color: theme.text, width: width - 24, overflow: 'break' },
      subtextStyle: { fontSize: 12, color: theme.faint, width: width - 24, overflow: 'break' },
    },
    grid: { left, right, top, height: Math.max(2, regions.length) * row },
    xAxis: {
      type: 'category',
      data: weeks.map(({ week }) => week),
      axisLabel: { ...axisLabel, interval: every - 1, formatter: dayMonth },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.faint } },
      splitLine: { show: true, interval: every - 1, lineStyle: { color: theme.grid } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: regions,
      axisLabel: { ...axisLabel, interval: 0, width: left - 12, overflow: 'truncate' },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.faint } },
      splitLine: { show: true, interval: 0, lineStyle: { color: theme.grid } },
    },
    visualMap: {
      type: 'piecewise',
      show: true,
      dimension: 2,
      orient: form.width === 'wide' ? 'horizontal' : 'vertical',
      left: 12,
      top: legend,
      padding: 0,
      itemWidth: 16,
      itemHeight: 12,
      itemGap: form.width === 'wide' ? 12 : 6,
      selectedMode: false,
      textStyle: { color: theme.text, fontSize: 12 },
      pieces: [
        ...levels.map((level) => ({ value: level, label: levelNames[level], color: theme.scale[level].fill })),
        { value: noPublication, label: 'no publication', color: theme.noPublication },
      ],
    },
    series: [
      {
        type: 'heatmap',
        silent: true,
        itemStyle: { borderColor: theme.background, borderWidth: 1 },
        data: [...emptyWeeks(weeks, regions), ...cells.map((cell) => cellData(cell, theme, cellWidth))],
      },
    ],
  };
  return renderSvg(
    { width, height, title, description: describeRegions(view, cells, weeks, unit.name), option },
    theme,
  );
}

function cellsOf({ regions }: RegionWeeks, shown: ReadonlySet<string>, { of }: Unit): Cell[] {
  return regions.flatMap(({ region, weeks }) =>
    weeks
      .filter(({ week }) => shown.has(week))
      .map(({ week, gained, lost }: RegionWeek) => ({ region, week, gained: of(gained), lost: of(lost) }))
      .filter(({ gained, lost }) => gained + lost > 0),
  );
}

function cellData(cell: Cell, theme: ChartTheme, cellWidth: number) {
  const level = levelOf(cell);
  return {
    value: [cell.week, cell.region, level],
    // What is rare, and may hurt, is to be found first.
    ...(level === -3 ? { itemStyle: { borderColor: theme.text, borderWidth: 2 } } : {}),
    label: { show: true, formatter: cellText(cell, cellWidth), color: theme.scale[level].text, fontSize: 10 },
  };
}

/** By what is the larger part: a loss that a gain of other ranges hides is a loss still. */
function levelOf({ gained, lost }: Cell): Level {
  const size = Math.max(gained, lost);
  const step = size >= many ? 3 : size >= some ? 2 : 1;
  return (lost >= gained ? -step : step) as Level;
}

/** Its sign, and the number where there is room for it. */
function cellText({ gained, lost }: Cell, cellWidth: number): string {
  const sign = gained > 0 && lost > 0 ? '±' : lost > 0 ? '−' : '+';
  const number = short(Math.max(gained, lost));
  return cellWidth >= 6 * (number.length + 1) ? `${sign}${number}` : sign;
}

function emptyWeeks(weeks: RegionWeeks['weeks'], regions: readonly string[]) {
  return weeks
    .filter(({ publications }) => publications.length === 0)
    .flatMap(({ week }) => regions.map((region) => ({ value: [week, region, noPublication] })));
}

function headlineOf(cells: readonly Cell[], regions: number, weeks: RegionWeeks['weeks']): string {
  const span = `${weeks[0]?.week ?? 'none'} to ${weeks.at(-1)?.week ?? 'none'}`;
  if (cells.length === 0) return `Weeks of ${span}: no region changed`;
  const worst = cells.reduce((most, one) => (one.lost > most.lost ? one : most));
  const loss =
    worst.lost > 0 ? `; largest loss ${readable(worst.lost)}, ${worst.region}, ${worst.week}` : '; none lost';
  return `Weeks of ${span}: ${regions} regions changed${loss}`;
}

/** What the chart shows, in words. */
function describeRegions(
  { service, unchanged }: RegionWeeks,
  cells: readonly Cell[],
  weeks: RegionWeeks['weeks'],
  unit: string,
): string {
  if (cells.length === 0) return `No region of ${service} changed in this time.`;
  const largest = (of: 'gained' | 'lost') =>
    cells
      .filter((cell) => cell[of] > 0)
      .toSorted((a, b) => b[of] - a[of])
      .slice(0, 3)
      .map((cell) => `${cell.region} ${readable(cell[of])} in the week of ${cell.week}`)
      .join(', ') || 'none';
  const silent = weeks.filter(({ publications }) => publications.length === 0).length;
  return [
    `Weeks of ${weeks[0]?.week} to ${weeks.at(-1)?.week}, in ${unit}.`,
    `Largest losses: ${largest('lost')}.`,
    `Largest gains: ${largest('gained')}.`,
    `Weeks without a publication: ${silent}. Regions without a change in the whole time: ${unchanged.length}.`,
  ].join(' ');
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function dayMonth(date: string): string {
  return `${Number(date.slice(8, 10))} ${months[Number(date.slice(5, 7)) - 1]}`;
}
