import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { families } from '../../../src/core/address/family.ts';
import { reservedRanges } from '../../../src/core/address/reserved.ts';
import { setsOf } from '../../../src/core/address/sets.ts';
import { watchTags } from '../../../src/core/judge/watch.ts';
import { acceptPublication } from '../../../src/core/publication/accept.ts';
import type { Cloud } from '../../../src/core/publication/catalog.ts';
import { compareWatched } from '../../../src/core/publication/catalog.ts';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import type { ParsedPublication, Publication } from '../../../src/core/publication/publication.ts';
import { parseFileName } from '../../../src/core/publication/publication.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { absent, havePublications, publicationsFolder } from '../../support/real-publications.ts';

/** One file in so many is read here: all of them take half a minute and have told nothing more. */
const oneIn = 30;

const now = new Date('2026-01-01T00:00:00Z');

describe.skipIf(!havePublications)(`real publications${havePublications ? '' : ` (${absent})`}`, () => {
  it('all keep the rules, follow each other, and hold no reserved address', () => {
    const lasts = new Map<Cloud, Publication>();
    const digests = new Set<string>();
    const files = readdirSync(publicationsFolder()).filter((file) => parseFileName(file)?.date !== undefined);
    const some = files.sort().filter((_, i) => i % oneIn === 0 || i === files.length - 1);
    for (const file of some) {
      const { publication, catalog } = read(file);
      expect(catalog.notes, file).toEqual([]);
      expect(acceptPublication(lasts.get(catalog.cloud), publication, now).verdict, file).not.toBe('refused');
      lasts.set(catalog.cloud, publication);
      digests.add(publication.digest);
      const reserved = [...catalog.tags.values()].filter((tag) =>
        families.some((family) => tag.prefixes[family].overlaps(reservedRanges[family])),
      );
      expect(reserved, file).toEqual([]);
    }
    expect(digests.size).toBe(some.length);
  });

  it('have come with one number and two contents, the second of which is accepted', () => {
    const [first, second] = [read('ServiceTags_Public_20250217.json'), read('ServiceTags_Public_20250303.json')];
    expect([first.publication.changeNumber, second.publication.changeNumber]).toEqual([346, 346]);
    expect(first.publication.digest).not.toBe(second.publication.digest);
    expect(acceptPublication(first.publication, second.publication, now).verdict).toBe('accepted');
    expect(acceptPublication(second.publication, first.publication, now).verdict).toBe('refused');
  });

  it('lost 8,576 of 10,880 addresses of Storage in West US in January 2024, and 688 new ones came', () => {
    const before = read('ServiceTags_Public_20240115.json').catalog;
    const after = read('ServiceTags_Public_20240122.json').catalog;
    const tag = 'Storage.WestUS';
    const [found] = compareWatched(before, after.tags, watchTags([tag])).tags;
    expect(before.tags.get(tag)?.prefixes.ipv4.count).toBe(10_880n);
    expect(setsOf(found?.onlyHere ?? []).ipv4.count).toBe(8_576n);
    expect(setsOf(found?.onlyThere ?? []).ipv4.count).toBe(688n);
  });
});

function read(file: string): ParsedPublication {
  const provenance = { via: 'folder', url: file, fetchedAt: now.toISOString() };
  const cloud = parseFileName(file)?.cloud ?? 'Public';
  const bytes = readFileSync(join(publicationsFolder(), file));
  const result = readPublication(bytes, { file, provenance, firstSeen: now.toISOString() }, cloud);
  if (!result.ok) throw new Error(result.issues.map(formatIssue).join('\n'));
  return result;
}
