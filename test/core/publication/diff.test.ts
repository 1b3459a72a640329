import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffCatalogs } from '../../../src/core/publication/diff.ts';
import { makeCatalog } from '../../support/catalog.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { minimalPrefixes, prefixText, type Universe, universes } from '../../support/oracle/universe.ts';

type Tags = Record<string, readonly string[]>;

function diff(before: Tags, after: Tags, names?: string[]) {
  return diffCatalogs(makeCatalog({ tags: before }), makeCatalog({ tags: after }), names).map((found) => ({
    tag: found.tag,
    kind: found.kind,
    gained: [...found.gained.ipv4.toPrefixes(), ...found.gained.ipv6.toPrefixes()],
    lost: [...found.lost.ipv4.toPrefixes(), ...found.lost.ipv6.toPrefixes()],
  }));
}

describe('diffCatalogs', () => {
  const anchor = { Anchor: ['192.0.2.0/24'] };

  it.each<[kind: string, before: string[], after: string[], gained: string[], lost: string[]]>([
    ['grown', ['10.0.0.0/24'], ['10.0.0.0/23'], ['10.0.1.0/24'], []],
    ['grown', ['10.0.0.0/24'], ['10.0.0.0/24', '2603::/48'], ['2603::/48'], []],
    ['shrunk', ['10.0.0.0/24', '2603::/48'], ['10.0.0.0/24'], [], ['2603::/48']],
    ['shrunk', ['10.0.0.0/8'], ['10.0.0.0/9'], [], ['10.128.0.0/9']],
    ['changed', ['10.0.0.0/24'], ['10.0.1.0/24'], ['10.0.1.0/24'], ['10.0.0.0/24']],
    ['changed', ['10.0.0.0/24', '2603::/48'], ['10.0.0.0/23'], ['10.0.1.0/24'], ['2603::/48']],
    ['re-split', ['10.0.0.0/24'], ['10.0.0.0/25', '10.0.0.128/25'], [], []],
  ])('calls a tag %s', (kind, before, after, gained, lost) => {
    const found = diff({ ...anchor, Storage: before }, { ...anchor, Storage: after });
    expect(found).toEqual([{ tag: 'Storage', kind, gained, lost }]);
  });

  it('tells tags that appear and vanish, all of them in the order of their names', () => {
    const found = diff({ ...anchor, Zeta: ['10.0.0.0/24'] }, { Beta: ['10.0.1.0/24'], ...anchor, Alpha: ['::/128'] });
    expect(found).toEqual([
      { tag: 'Alpha', kind: 'appeared', gained: ['::/128'], lost: [] },
      { tag: 'Beta', kind: 'appeared', gained: ['10.0.1.0/24'], lost: [] },
      { tag: 'Zeta', kind: 'vanished', gained: [], lost: ['10.0.0.0/24'] },
    ]);
  });

  it('leaves out tags whose prefixes are the same, whatever their numbers', () => {
    const before = makeCatalog({ tags: anchor, tagChangeNumbers: { Anchor: 7 } });
    expect(diffCatalogs(before, makeCatalog({ tags: anchor, tagChangeNumbers: { Anchor: 1 } }))).toEqual([]);
  });

  it('looks only at the tags it is asked about', () => {
    const before = { ...anchor, A: ['10.0.0.0/24'], B: ['10.0.1.0/24'] };
    const after = { ...anchor, A: ['10.0.2.0/24'], C: ['10.0.3.0/24'] };
    expect(diff(before, after, ['C', 'A', 'Unknown', 'C']).map(({ tag }) => tag)).toEqual(['A', 'C']);
  });

  it('agrees with comparing every single address', () => {
    const tags = fc.record({ one: offsets, two: offsets, three: offsets });
    checkProperty(fc.tuple(tags, tags), ([before, after]) => {
      const found = diff(tagsOf(before), tagsOf(after));
      const expected = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((tag) => {
        const [x, y] = [setsOf(before[tag as keyof typeof before]), setsOf(after[tag as keyof typeof after])];
        const gained = minus(y, x);
        const lost = minus(x, y);
        if (gained.length + lost.length === 0) return [];
        const kind = isNothing(x)
          ? 'appeared'
          : isNothing(y)
            ? 'vanished'
            : lost.length === 0
              ? 'grown'
              : gained.length === 0
                ? 'shrunk'
                : 'changed';
        return [{ tag, kind, gained, lost }];
      });
      expect(found).toEqual(expected);
    });
  });
});

/** One window of each family; a tag's addresses are offsets into both. */
const windows = [universes[0], universes[5]] as readonly Universe[];
const offsets = fc.tuple(...windows.map(() => fc.uniqueArray(fc.nat({ max: 15 }), { maxLength: 12 })));

function setsOf(tag: readonly number[][]): Set<number>[] {
  return tag.map((some) => new Set(some));
}

const isNothing = (sets: readonly Set<number>[]) => sets.every((set) => set.size === 0);

function minus(a: readonly Set<number>[], b: readonly Set<number>[]): string[] {
  return windows.flatMap((window, i) =>
    minimalPrefixes(
      window,
      [...(a[i] ?? [])].filter((at) => !b[i]?.has(at)),
    ),
  );
}

/** Tags with the prefixes of their addresses; a tag without any is not in the document. */
function tagsOf(tags: Record<string, number[][]>): Tags {
  const made = Object.entries(tags).map(([name, tag]) => [
    name,
    windows.flatMap((window, i) => minimalPrefixes(window, tag[i] ?? [])),
  ]);
  return {
    Anchor: [prefixText(windows[0] as Universe, { offset: 32, hostBits: 0 })],
    ...Object.fromEntries(made.filter(([, list]) => list?.length)),
  };
}
