import fc from 'fast-check';
import { isObject } from '../../src/core/json.ts';
import { readPublication } from '../../src/core/publication/read-publication.ts';
import { makeCatalogValue } from '../support/catalog.ts';
import { bytesBy, drawn, mutant } from './json-mutant.ts';
import { badlyTold } from './messages.ts';
import { type Broken, type Part, seedOf } from './part.ts';

const file = 'ServiceTags_Public_20240115.json';
const firstSeen = '2024-01-15T12:00:00.000Z';
const origin = {
  file,
  firstSeen,
  provenance: { via: 'torture', url: `https://example.test/${file}`, fetchedAt: firstSeen },
};

/** No document of a few KB takes so long, also on a busy machine. */
const longestMs = 2_000;
/** A prefix of a publication, whatever reads it: strict about length, not about host bits. */
const prefixForm = /^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[0-9a-f:]+(?:\d{1,3}(?:\.\d{1,3}){3})?\/\d{1,3})$/;

const names = ['AzureCloud', 'AzureCloud.westus', 'Storage', 'Storage.WestUS', 'AzureContainerRegistry.WestUS'];
const blocks = fc.uniqueArray(fc.nat(120), { minLength: 1, maxLength: 8 }).map((all) => all.toSorted((a, b) => a - b));
const prefixes = fc
  .tuple(blocks, fc.option(blocks, { nil: [] }))
  .map(([v4, v6]) => [
    ...v4.map((i) => `20.${i}.${i}.0/24`),
    ...v6.map((i) => `2603:${(0x1000 + i).toString(16)}::/32`),
  ]);
const sound = fc
  .record({
    changeNumber: fc.integer({ min: 1, max: 900 }),
    tags: fc.dictionary(fc.constantFrom(...names), prefixes, { minKeys: 1, maxKeys: 5 }),
  })
  .map(makeCatalogValue);
const damaged = fc.tuple(sound, mutant);

/** Documents in Microsoft's shape with a few things changed, each read as a run reads it. */
export const badPublications: Part = {
  name: 'bad-publications',
  about: 'mutants of sound publications are refused with place, expected and got, or taken as they stand',
  unit: 'mutants',
  cases: { short: 2_000, long: 100_000 },
  async open({ seed }) {
    const counts = { refused: 0, 'taken in part': 0, taken: 0 };
    return {
      async play(index) {
        const [document, edits] = drawn(damaged, seedOf(seed, index));
        const bytes = bytesBy(edits, document);
        const started = performance.now();
        const read = readPublication(bytes, origin, 'Public');
        const took = performance.now() - started;
        const problems = took > longestMs ? [`expected an answer within ${longestMs} ms, got it after ${took}`] : [];
        if (!read.ok) {
          counts.refused += 1;
          return told([...problems, ...badlyTold(read.issues)]);
        }
        const issues = [...[...read.setAside.values()].flat(), ...read.unnamed];
        counts[issues.length > 0 ? 'taken in part' : 'taken'] += 1;
        return told([
          ...problems,
          ...(issues.length > 0 ? badlyTold(issues) : []),
          ...untrue(bytes, read.catalog, new Set(read.setAside.keys()), read.unnamed.length > 0),
        ]);
      },
      counts: () => counts,
    };
  },
};

function told(problems: readonly string[]): Broken[] {
  return problems.map((text) => ({ text }));
}

type Read = Extract<ReturnType<typeof readPublication>, { ok: true }>;

/** What of a document that was taken is not as it stands there: each tag is in force whole, or named as left out. */
function untrue(
  bytes: Uint8Array,
  { tags }: Read['catalog'],
  setAside: ReadonlySet<string>,
  unnamed: boolean,
): string[] {
  const document: unknown = JSON.parse(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  );
  const values = isObject(document) && Array.isArray(document.values) ? document.values : [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const value of values) {
    const name = isObject(value) ? value.name : undefined;
    const properties = isObject(value) && isObject(value.properties) ? value.properties : {};
    if (typeof name !== 'string' || !tags.has(name)) {
      const isNamed = [name, isObject(value) ? value.id : undefined].some(
        (one) => typeof one === 'string' && setAside.has(one),
      );
      if (!unnamed && !isNamed) problems.push(`${JSON.stringify(name)} is left out and not named`);
      continue;
    }
    if (seen.has(name)) problems.push(`${name} stands twice and one of them was taken`);
    seen.add(name);
    const published = tags.get(name)?.published ?? [];
    if (JSON.stringify(published) !== JSON.stringify(properties.addressPrefixes)) {
      problems.push(`${name} has other prefixes than the document`);
    }
    const odd = published.filter((text) => !prefixForm.test(text));
    if (odd.length > 0) problems.push(`${name} was taken with ${JSON.stringify(odd[0])}`);
    if (published.length === 0) problems.push(`${name} was taken with no prefix`);
  }
  for (const name of tags.keys()) if (!seen.has(name)) problems.push(`${name} was taken and is not in the document`);
  return problems;
}
