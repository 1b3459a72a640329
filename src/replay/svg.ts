import { familyNames } from '../core/address/family.ts';
import { dayMs } from '../core/calendar.ts';
import { counted } from '../messages/format.ts';
import type { TagTrace, TraceHold, TracePoint } from './timeline.ts';

const width = 960;
const left = 90;
const right = 20;
const top = 64;
const plot = 300;
const bar = 16;

const colour = {
  effective: '#1a5fb4',
  published: '#c64600',
  held: '#99c1f1',
  question: '#a51d2d',
  clock: '#5e5c64',
  grid: '#d0cfd4',
  text: '#241f31',
};

/**
 * A tag over time as an SVG document: what was published and what was effective, in addresses; under them a bar for each
 * hold, as long as it was open.
 */
export function replaySvg({ tag, family, points, holds }: TagTrace): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) throw new RangeError('expected at least one point');
  const start = Date.parse(first.date);
  const span = Math.max(Date.parse(last.date) - start, dayMs);
  const most = points.reduce((max, { published, effective }) => larger(max, larger(published, effective)), 1n);
  const x = (date: string) => round(left + ((Date.parse(date) - start) / span) * (width - left - right));
  const y = (count: bigint) => round(top + plot - ratio(count, most) * plot);
  const axis = top + plot;
  const rows = rowsOf(holds, last.date);
  const height = axis + 40 + (rows.length > 0 ? 24 + rows.length * (bar + 4) : 0) + 12;
  const parts = [
    text(left, 24, `${tag}: effective against published, ${familyNames[family]} addresses`, 'bold'),
    ...legend(),
    ...[0n, 1n, 2n, 3n, 4n].map((quarter) => {
      const count = (most * quarter) / 4n;
      const at = y(count);
      return `${line(left, at, width - right, at, colour.grid)}${text(left - 6, at + 4, counted(count), 'end')}`;
    }),
    ...ticks(first.date, last.date).map(
      (date) =>
        `${line(x(date), top, x(date), axis, colour.grid)}${text(x(date), axis + 18, date.slice(0, 7), 'middle')}`,
    ),
    `<path d="${steps(points, x, ({ effective }) => y(effective))} ${stepsBack(points, x, ({ published }) => y(published))} Z" fill="${colour.held}" fill-opacity="0.5"/>`,
    `<path d="${steps(points, x, ({ effective }) => y(effective))}" fill="none" stroke="${colour.effective}" stroke-width="4"/>`,
    `<path d="${steps(points, x, ({ published }) => y(published))}" fill="none" stroke="${colour.published}" stroke-width="1.5"/>`,
    ...(rows.length > 0 ? [text(left, axis + 42, 'Holds', 'bold')] : []),
    ...rows.flatMap((row, i) => row.map((hold) => holdBar(hold, x, axis + 52 + i * (bar + 4), last.date))),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(tag)}: effective against published">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string[] {
  const items: readonly (readonly [string, string])[] = [
    [colour.effective, 'effective'],
    [colour.published, 'published'],
    [colour.held, 'held'],
    [colour.question, 'hold: a question'],
    [colour.clock, 'hold: by the clock'],
  ];
  return items.map(([fill, words], i) => {
    const at = left + i * 150;
    return `<rect x="${at}" y="36" width="14" height="10" fill="${fill}"/>${text(at + 20, 45, words)}`;
  });
}

function holdBar(hold: TraceHold, x: (date: string) => number, at: number, end: string): string {
  const from = x(hold.since);
  const to = Math.max(x(hold.until ?? end), from + 3);
  const fill = hold.question ? colour.question : colour.clock;
  const words = `${hold.kind} in publication ${hold.changeNumber}, ${hold.since} to ${hold.until ?? 'the end'}`;
  const label = `${hold.changeNumber}`;
  const fits = to - from > label.length * 7 + 6;
  const mark = fits
    ? text((from + to) / 2, at + 12, label, 'middle', '#ffffff')
    : from > width - 80
      ? text(from - 4, at + 12, label, 'end')
      : text(to + 4, at + 12, label);
  return `<g><title>${escaped(words)}</title><rect x="${from}" y="${at}" width="${round(to - from)}" height="${bar}" rx="2" fill="${fill}"/>${mark}</g>`;
}

/** Holds in as few rows as they fit into without touching, labels included. */
function rowsOf(holds: readonly TraceHold[], end: string): TraceHold[][] {
  const room = 60 * dayMs;
  const rows: TraceHold[][] = [];
  for (const hold of [...holds].sort((a, b) => (a.since < b.since ? -1 : 1))) {
    const free = rows.find((row) => {
      const before = row.at(-1);
      return before !== undefined && Date.parse(before.until ?? end) + room < Date.parse(hold.since);
    });
    if (free) free.push(hold);
    else rows.push([hold]);
  }
  return rows;
}

/** First days of months, at most about eight of them. */
function ticks(first: string, last: string): string[] {
  const [from, to] = [monthOf(first), monthOf(last)];
  const every = [1, 2, 3, 6, 12, 24].find((months) => (to - from) / months <= 8) ?? 60;
  const months = Array.from({ length: to - from }, (_, i) => from + 1 + i).filter((month) => month % every === 0);
  return months.map((month) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`);
}

function monthOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

type Place = (point: TracePoint) => number;

/** A figure is valid until the next one. */
function steps(points: readonly TracePoint[], x: (date: string) => number, y: Place): string {
  return points
    .map((point, i) => (i === 0 ? `M${x(point.date)} ${y(point)}` : `H${x(point.date)} V${y(point)}`))
    .join(' ');
}

function stepsBack(points: readonly TracePoint[], x: (date: string) => number, y: Place): string {
  return points
    .toReversed()
    .map((point, i) => (i === 0 ? `V${y(point)}` : `V${y(point)} H${x(point.date)}`))
    .join(' ');
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${stroke}"/>`;
}

function text(
  x: number,
  y: number,
  words: string,
  how: 'start' | 'end' | 'middle' | 'bold' = 'start',
  fill = colour.text,
): string {
  const style = how === 'bold' ? ' font-size="15" font-weight="bold"' : how === 'start' ? '' : ` text-anchor="${how}"`;
  return `<text x="${round(x)}" y="${round(y)}" fill="${fill}"${style}>${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** Counts of IPv6 addresses are beyond what a number holds; a millionth is finer than any pixel. */
function ratio(part: bigint, whole: bigint): number {
  return Number((part * 1_000_000n) / whole) / 1_000_000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
