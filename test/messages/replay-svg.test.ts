import { expect, test } from 'vitest';
import { replaySvg } from '../../src/replay/svg.ts';
import type { TagTrace } from '../../src/replay/timeline.ts';

const trace: TagTrace = {
  tag: 'Storage.<West>&US',
  family: 'ipv4',
  points: [
    { date: '2024-01-01', published: 100n, effective: 100n },
    { date: '2024-07-01', published: 50n, effective: 100n },
    { date: '2025-01-01', published: 50n, effective: 50n },
  ],
  holds: [
    { id: 'h-1', kind: 'loss', changeNumber: 290, question: true, since: '2024-07-01', until: '2025-01-01' },
    { id: 'h-2', kind: 'gain', changeNumber: 291, question: true, since: '2024-07-08' },
  ],
};

const numbers = (svg: string) =>
  [...svg.matchAll(/[\s"]([xy][12]?|width|height)="([^"]+)"/g)].map(([, , n]) => Number(n));

test('a picture has both lines as steps, what lies between, and a bar for each hold', () => {
  const svg = replaySvg(trace);
  // 850 wide from 90 on: half a year of a leap year is 182 of 366 days. 300 high from 64 on: 50 of 100 is the middle.
  const middle = 512.68;
  expect(svg).toContain(`d="M90 64 H${middle} V64 H940 V214" fill="none" stroke="#1a5fb4"`);
  expect(svg).toContain(`d="M90 64 H${middle} V214 H940 V214" fill="none" stroke="#c64600"`);
  expect(svg).toContain(`<title>loss in publication 290, 2024-07-01 to 2025-01-01</title><rect x="${middle}"`);
  expect(svg).toContain('gain in publication 291, 2024-07-08 to the end');
  expect(svg).toContain('Storage.&#60;West&#62;&#38;US');
  expect(svg).not.toMatch(/<West|NaN|undefined|Infinity/);
});

test('IPv6 counts beyond any number, nothing published, and a single day are drawn within the picture', () => {
  const huge = 2n ** 100n;
  const point = { date: '2024-01-01', published: 0n, effective: huge };
  for (const points of [[point], [point, { ...point, date: '2026-06-01', published: huge }]]) {
    const svg = replaySvg({ ...trace, family: 'ipv6', points, holds: [] });
    expect(svg).toContain('IPv6 addresses');
    expect(svg).not.toMatch(/NaN|Infinity/);
    for (const number of numbers(svg)) expect(number).toBeLessThanOrEqual(960);
  }
  expect(replaySvg({ ...trace, points: [{ ...point, effective: 0n }], holds: [] })).not.toContain('NaN');
});
