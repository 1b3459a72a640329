import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import { parseFileName } from '../../../src/core/publication/publication.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { makeCatalogBytes } from '../../support/catalog.ts';

const provenance = { via: 'folder', url: 'file:///x', fetchedAt: '2024-01-17T10:00:00.000Z' };
const firstSeen = '2024-01-17T23:59:59.000Z';
const bytes = makeCatalogBytes({ changeNumber: 289, tags: { Storage: ['20.60.0.0/24'] } });

describe('parseFileName', () => {
  it.each([
    ['ServiceTags_Public_20240115.json', 'Public', '2024-01-15'],
    ['ServiceTags_AzureGovernment_20240229.json', 'AzureGovernment', '2024-02-29'],
    ['servicetags_china_20231231.JSON', 'China', '2023-12-31'],
  ])('reads %s', (file, cloud, date) => {
    const spelled = `ServiceTags_${cloud}_${date.replaceAll('-', '')}.json`;
    expect(parseFileName(file)).toEqual({ cloud, date, file: spelled });
  });

  it.each([
    'ServiceTags_Public_Latest.json',
    'ServiceTags_Public_2024015.json',
    'ServiceTags_Public_20241301.json',
    'ServiceTags_Public_20240230.json',
    'ServiceTags_Public_20230229.json',
    'ServiceTags_Public_20240100.json',
  ])('finds no date in %s', (file) => {
    expect(parseFileName(file)).toEqual({ cloud: 'Public', file });
  });

  it.each([
    'ServiceTags_Public_20240115.json.bak',
    'ServiceTags_Moon_20240115.json',
    'AServiceTags_Public_20240115.json',
    '',
  ])('finds nothing in "%s"', (file) => {
    expect(parseFileName(file)).toBeUndefined();
  });
});

describe('readPublication', () => {
  it('takes the date from the name', () => {
    const read = readPublication(bytes, { file: 'ServiceTags_Public_20240115.json', provenance, firstSeen }, 'Public');
    expect(read).toMatchObject({
      ok: true,
      publication: {
        cloud: 'Public',
        changeNumber: 289,
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        date: '2024-01-15',
        dateEstimated: false,
        bytes: bytes.length,
        provenance,
      },
    });
  });

  it('falls back on the day it was first seen, and says so', () => {
    const read = readPublication(bytes, { file: 'ServiceTags_Public_Latest.json', provenance, firstSeen }, 'Public');
    expect(read).toMatchObject({ ok: true, publication: { date: '2024-01-17', dateEstimated: true } });
  });

  it("refuses another cloud's file", () => {
    expect(issuesOf('ServiceTags_Public_20240115.json', 'China')).toEqual([
      'cloud: expected "China", the configured cloud, got "Public", another cloud\'s file',
    ]);
  });

  it('refuses a name that speaks of another cloud than the content', () => {
    expect(issuesOf('ServiceTags_China_20240115.json', 'Public')).toEqual([
      'file name: expected the cloud of the content, "Public", got "China" in ServiceTags_China_20240115.json',
    ]);
    expect(issuesOf('ServiceTags_China_20240115.json', 'China')).toHaveLength(2);
    expect(issuesOf('ServiceTags_China_Latest.json', 'Public')).toHaveLength(1);
  });

  it('passes the issues of a broken document on', () => {
    const read = readPublication(bytes.subarray(0, 100), { file: 'x.json', provenance, firstSeen }, 'Public');
    expect(read).toMatchObject({ ok: false, issues: [{ expected: 'complete JSON' }] });
  });
});

function issuesOf(file: string, expected: 'Public' | 'China'): string[] {
  const read = readPublication(bytes, { file, provenance, firstSeen }, expected);
  return read.ok ? [] : read.issues.map(formatIssue);
}
