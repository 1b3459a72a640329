import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import type { TagPoint } from '../../src/core/tag-sizes/points.ts';
import { chartSources } from '../../src/http/page/charts/answer.ts';
import { regionTable, tagHistoryCsv, tagTable } from '../../src/messages/tag-sizes.ts';
import type { RegionWeeksView } from '../../src/operator/queries/region-weeks.ts';
import type { TagHistoryView } from '../../src/operator/queries/tag-history.ts';
import { operatorForTests } from '../support/operator.ts';
import { ask, request } from '../support/service.ts';

const size = (ipv4: number, ipv6 = 0n) => ({ ipv4: String(ipv4), ipv6: String(ipv6 << 64n) });
const none = size(0);

function point(date: string, published: number, allowed: number, more: Partial<TagPoint> = {}): TagPoint {
  return {
    at: `${date}T12:00:00.000Z`,
    publication: { changeNumber: 290, date },
    published: size(published, 7n),
    gained: none,
    lost: none,
    returned: none,
    released: none,
    effective: size(allowed, 7n),
    held: size(Math.max(0, allowed - published)),
    blocked: none,
    ...more,
  };
}

// The incident of January 2024.
const history: TagHistoryView = {
  tag: 'Storage.WestUS',
  lists: ['west'],
  points: [
    point('2024-01-08', 10880, 10880),
    point('2024-01-22', 2992, 11568, { gained: size(688), lost: size(8576) }),
    point('2024-02-05', 11712, 11712, { gained: size(8720), returned: size(8576) }),
  ],
  until: '2024-03-01T00:00:00.000Z',
  behind: 0,
};
const released = {
  ...history,
  points: [...history.points.slice(0, 2), point('2024-02-05', 2992, 2992, { released: size(8576) })],
};

const regions: RegionWeeksView = {
  service: 'Storage',
  weeks: ['2024-01-15', '2024-01-22', '2024-01-29', '2024-02-05'].map((week) => ({
    week,
    publications: week === '2024-01-29' ? [] : [290],
  })),
  regions: [
    { region: 'EastUS', weeks: [{ week: '2024-01-15', gained: size(768), lost: none }] },
    { region: 'WestUS', weeks: [{ week: '2024-01-22', gained: size(688), lost: size(8576) }] },
  ],
  unchanged: ['NorthEurope'],
  behind: 0,
};

async function chart(name: 'tag-chart' | 'region-chart', query: Record<string, string>, view: object): Promise<string> {
  const operator = operatorForTests({
    tagHistory: async () => ({ ...history, ...view }),
    regionWeeks: async () => ({ ...regions, ...view }),
  });
  const service = name === 'region-chart' ? { service: 'Storage' } : {};
  const asked = request('GET', '/api/x', { params: { tag: 'Storage.WestUS' }, query: { ...service, ...query } });
  const { status, body, headers } = await ask(name, asked, { operator: async () => operator });
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'image/svg+xml; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  });
  return String(body);
}

/** Everything that a document says in words: what stands in it as text, its title and its description. */
function wordsIn(svg: string): { readonly texts: string[]; readonly title: string; readonly description: string } {
  expect(XMLValidator.validate(svg)).toBe(true);
  const { svg: root } = new XMLParser({ ignoreAttributes: false }).parse(svg);
  expect(root).toMatchObject({ '@_role': 'img', '@_aria-labelledby': 't', '@_aria-describedby': 'd' });
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
  return { texts, title: root.title['#text'], description: root.desc['#text'] };
}

const forms = ['light', 'dark'].flatMap((theme) => ['wide', 'narrow'].map((width) => ({ theme, width })));

describe.each(forms)('a chart that is $theme and $width', (form) => {
  test('tells of a tag what was lost, held and came back', async () => {
    const { texts, title, description } = wordsIn(await chart('tag-chart', form, {}));
    expect(title).toBe('Storage.WestUS: IPv4 addresses');
    for (const word of ['Allowed here', 'Published', 'Held: not published, still allowed', 'Lost', 'Came back']) {
      expect(texts).toContain(word);
    }
    expect(texts).not.toContain('Released');
    expect(texts).toContain('−8,576 lost');
    expect(texts).toContain('+8,576 came back');
    expect(texts.join(' ')).toContain('2024-01-22: 8,576 lost (79 %)');
    expect(description).toContain('fewest 2,992 on 2024-01-22');
    expect(description).toContain('Allowed here: 11,712 at last, fewest 10,880.');
  });

  test('tells of regions by signs, and marks weeks without a publication', async () => {
    const { texts, description } = wordsIn(await chart('region-chart', form, {}));
    expect(texts).toEqual(expect.arrayContaining(['EastUS', 'WestUS', 'no publication', 'lost 1,024+', '22 Jan']));
    expect(texts).toEqual(expect.arrayContaining(['±8.6k', '+768']));
    expect(description).toContain('WestUS 8,576 in the week of 2024-01-22');
    expect(description).toContain('Weeks without a publication: 1. Regions without a change in the whole time: 1.');
  });
});

test('what was released is marked as such', async () => {
  const { texts, description } = wordsIn(await chart('tag-chart', {}, released));
  expect(texts).toEqual(expect.arrayContaining(['Released', '−8,576 released']));
  expect(texts).not.toContain('Came back');
  expect(description).toContain('Released: 8,576 on 2024-02-05.');
});

test('the same data is the same text, whatever was drawn before', async () => {
  const first = await chart('tag-chart', {}, {});
  await chart('region-chart', {}, {});
  expect(await chart('tag-chart', {}, {})).toBe(first);
  expect(await chart('tag-chart', { theme: 'dark' }, {})).not.toBe(first);
});

test('nothing in it runs, or comes from elsewhere', async () => {
  for (const name of ['tag-chart', 'region-chart'] as const) {
    const hostile = { tag: 'Storage.<script>alert(1)</script>&"', service: '<img src=x onerror=alert(1)>' };
    const svg = await chart(name, {}, hostile);
    wordsIn(svg);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /<script|<style|<image|<img|href|https?:|url\((?!#)|<[^>]*\son\w+=/i,
    );
  }
});

test('IPv6 is counted in /64 networks where it is made of them', async () => {
  expect(wordsIn(await chart('tag-chart', { family: 'ipv6' }, {})).title).toBe('Storage.WestUS: IPv6 /64 networks');
  const few = { points: [point('2024-01-08', 1, 1, { published: { ipv4: '1', ipv6: '8' } })] };
  expect(wordsIn(await chart('tag-chart', { family: 'ipv6' }, few)).title).toBe('Storage.WestUS: IPv6 addresses');
});

test('where nothing is known, the chart says so', async () => {
  const { until: _, ...nothing } = { ...history, points: [] };
  expect(wordsIn(await chart('tag-chart', {}, nothing)).description).toContain('Nothing is known');
  expect(wordsIn(await chart('region-chart', {}, { weeks: [], regions: [] })).description).toContain(
    'No region of Storage changed',
  );
});

test('a query that is not valid is refused', async () => {
  const asked = request('GET', '/api/x', { params: { tag: 'a' }, query: { theme: 'pink' } });
  expect(await ask('tag-chart', asked, { operator: async () => operatorForTests() })).toMatchObject({
    status: 400,
    jsonBody: { issues: [{ path: 'theme', expected: 'light or dark' }] },
  });
});

test('a page gets a source for each form, the plain one last', () => {
  const sources = chartSources('/ui/charts/tag/Storage.WestUS.svg?since=180d');
  expect(sources.map(({ media = 'else' }) => media)).toEqual([
    '(max-width: 600px) and (prefers-color-scheme: dark)',
    '(max-width: 600px)',
    '(prefers-color-scheme: dark)',
    'else',
  ]);
  expect(sources[3]?.srcset).toBe('/ui/charts/tag/Storage.WestUS.svg?since=180d&theme=light&width=wide');
});

test('the same numbers are a table, and CSV', () => {
  expect(tagTable(history.points, 'ipv4').rows[1]).toEqual([
    '2024-01-22 12:00',
    '290',
    '2,992',
    '+688',
    '-8,576',
    '',
    '',
    '11,568',
    '8,576',
    '0',
  ]);
  expect(regionTable(regions.regions, 'ipv4').rows).toEqual([
    ['2024-01-22', 'WestUS', '+688', '-8,576'],
    ['2024-01-15', 'EastUS', '+768', ''],
  ]);
  expect(regionTable(regions.regions, 'ipv6').rows).toEqual([]);
  const lines = tagHistoryCsv(history).split('\r\n');
  expect(lines[1]).toBe('Storage.WestUS,2024-01-08T12:00:00.000Z,290,2024-01-08,ipv4,10880,0,0,0,0,10880,0,0');
});
