import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogBytes, makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';

const recipe = {
  changeNumber: 289,
  tags: {
    'Storage.WestUS': ['20.60.0.0/24', '20.60.2.0/23', '52.239.228.0/23', '2603:1030:a06:1::/64', '2603:1030:a07::/48'],
    AzureContainerRegistry: ['13.65.0.0/24', '13.66.140.72/29', '2603:1000:4::/47'],
  },
};

const bytesOf = (text: string) => new TextEncoder().encode(text);
const sound = makeCatalogJson(recipe);

/** The issues of a document or of its tags, one line each; fails if all of it can be believed. */
function issuesOf(bytes: Uint8Array): string[] {
  const result = parseCatalog(bytes);
  const issues = result.ok ? [...[...result.setAside.values()].flat(), ...result.unnamed] : result.issues;
  if (issues.length === 0) throw new Error('expected issues, got a catalog without any');
  return [...new Set(issues.map(formatIssue))];
}

describe('parseCatalog', () => {
  it('reads a sound document', () => {
    const result = parseCatalog(bytesOf(sound));
    if (!result.ok) throw new Error(result.issues.map(formatIssue).join('\n'));
    const { catalog } = result;
    expect(catalog).toMatchObject({ cloud: 'Public', changeNumber: 289, notes: [] });
    expect([...catalog.tags.keys()]).toEqual(['Storage.WestUS', 'AzureContainerRegistry']);
    const tag = catalog.tags.get('Storage.WestUS');
    expect(tag).toMatchObject({ service: 'Storage', region: 'WestUS', changeNumber: 1 });
    expect(tag?.published).toEqual(recipe.tags['Storage.WestUS']);
    expect(tag?.prefixes.ipv4.toPrefixes()).toEqual(['20.60.0.0/24', '20.60.2.0/23', '52.239.228.0/23']);
    expect(tag?.prefixes.ipv6.toPrefixes()).toEqual(['2603:1030:a06:1::/64', '2603:1030:a07::/48']);
    expect(catalog.tags.get('AzureContainerRegistry')?.region).toBeUndefined();
  });

  it('takes prefixes that touch without overlapping', () => {
    const tags = { Storage: ['10.0.0.0/25', '10.0.0.128/25', '255.255.255.255/32', 'ffff::/16'] };
    const result = parseCatalog(makeCatalogBytes({ tags }));
    expect(result).toMatchObject({ ok: true });
  });
});

/** Bodies that are no JSON document, and the one issue each must give. */
const bodies: readonly [what: string, body: Uint8Array, issue: string | RegExp][] = [
  ['nothing', bytesOf(''), 'document: expected JSON, got an empty body'],
  ['white space', bytesOf(' \r\n\t'), 'document: expected JSON, got 4 bytes of white space'],
  [
    'an HTML page',
    bytesOf('\r\n<!DOCTYPE html>\n<html lang="en"><head><title>Access Denied</title></head>'),
    'document: expected JSON, got an HTML page starting with "<!DOCTYPE html> <html lang=\\"en\\"><head><title>Access Denied</title></head>"',
  ],
  ['an HTML page without doctype', bytesOf('<HTML><BODY>no'), /got an HTML page starting with "<HTML><BODY>no"$/],
  ['an XML error', bytesOf('<?xml version="1.0"?><Error/>'), /got markup starting with "<\?xml version/],
  ['plain text', bytesOf('Service unavailable'), /^document: expected JSON, got text that is none/],
  [
    'a trailing comma',
    bytesOf(sound.replace('"cloud": "Public",', '"cloud": "Public",,')),
    /got text that is none near .*Public/,
  ],
  [
    'signs that a terminal obeys, and line breaks',
    bytesOf(sound.replace('"Public"', '\u001b[31m\n"Public"')),
    /^document: expected JSON, got text that is none[^\p{Cc}]*$/u,
  ],
  ['two documents', bytesOf(sound + sound), /got text that is none near/],
  [
    'UTF-16',
    new Uint8Array(Buffer.from(`\ufeff${sound}`, 'utf16le')),
    'document: expected UTF-8, got UTF-16 (little endian)',
  ],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'document: expected UTF-8, got gzip data'],
  [
    'a byte that is no UTF-8',
    new Uint8Array(Buffer.from(sound.replace('Public', 'Publi\xe9'), 'latin1')),
    `document: expected UTF-8, got bytes that are not UTF-8 at byte ${sound.indexOf('Public') + 5} (e9 22 2c 0a)`,
  ],
  ['null', bytesOf('null'), 'document: expected an object with changeNumber, cloud and values, got null'],
  ['a list', bytesOf('[1, 2]'), 'document: expected an object with changeNumber, cloud and values, got an array of 2'],
  ['a text', bytesOf('"Public"'), 'document: expected an object with changeNumber, cloud and values, got "Public"'],
];

describe('a body that is no document', () => {
  it.each(bodies)('is named: %s', (_, body, issue) => {
    const issues = issuesOf(body);
    expect(issues).toHaveLength(1);
    if (typeof issue === 'string') expect(issues[0]).toBe(issue);
    else expect(issues[0]).toMatch(issue);
  });

  it('is called truncated wherever it was cut, with the byte it ends at', () => {
    // One byte at a time: every state a JSON reader can be in when the connection drops.
    const compact = bytesOf(JSON.stringify({ ...makeCatalogValue(recipe), 'é\n': [true, null, -1.5e-3] }));
    for (let end = 1; end < compact.length; end++) {
      const [issue, ...more] = issuesOf(compact.subarray(0, end));
      expect(more).toEqual([]);
      expect(issue).toMatch(/truncated document that ends at|not UTF-8 at byte/);
      if (issue?.includes('truncated')) expect(issue).toContain(`ends at byte ${end} with `);
    }
  });

  it('is called truncated in its last lines too', () => {
    const cut = bytesOf(sound.slice(0, -40));
    expect(issuesOf(cut)[0]).toMatch(
      /^document: expected complete JSON, got a truncated document that ends at byte \d+ with /,
    );
  });

  it('counts the byte order mark when it says where UTF-8 ends', () => {
    const bytes = new Uint8Array(Buffer.from('\xef\xbb\xbf{"\xe9"}', 'latin1'));
    expect(issuesOf(bytes)[1]).toBe('document: expected UTF-8, got bytes that are not UTF-8 at byte 5 (e9 22 7d)');
  });

  it('may be a document with a byte order mark, whose other faults are listed as well', () => {
    const bytes = bytesOf(`\ufeff${sound.replace('"Public"', '"Pluto"')}`);
    expect(issuesOf(bytes)).toEqual([
      'document: expected UTF-8 without a byte order mark, got a byte order mark (EF BB BF)',
      'cloud: expected one of Public, AzureGovernment, China, got "Pluto"',
    ]);
  });
});

type Value = ReturnType<typeof makeCatalogValue>;
type Loose = { values: { name: unknown; id: unknown; properties: Record<string, unknown> }[] } & Record<
  string,
  unknown
>;

/** Damages one sound document through a loosely typed view of it. */
function damaged(damage: (document: Loose) => unknown): Uint8Array {
  const value: Value = makeCatalogValue(recipe);
  damage(value as Loose);
  return bytesOf(JSON.stringify(value));
}

/** Prefixes of the first tag, to be damaged. */
const prefixes = (document: Loose) => document.values[0]?.properties.addressPrefixes as unknown[];
const at = 'values[0].properties.addressPrefixes';

const damages: readonly [what: string, damage: (document: Loose) => unknown, issues: string[]][] = [
  [
    'unknown cloud',
    (d) => (d.cloud = 'AzureGermany'),
    ['cloud: expected one of Public, AzureGovernment, China, got "AzureGermany"'],
  ],
  ['no cloud', (d) => delete d.cloud, ['cloud: expected one of Public, AzureGovernment, China, got nothing']],
  ['number as text', (d) => (d.changeNumber = '289'), ['changeNumber: expected a positive whole number, got "289"']],
  ['number zero', (d) => (d.changeNumber = 0), ['changeNumber: expected a positive whole number, got 0']],
  ['negative number', (d) => (d.changeNumber = -1), ['changeNumber: expected a positive whole number, got -1']],
  ['broken number', (d) => (d.changeNumber = 1.5), ['changeNumber: expected a positive whole number, got 1.5']],
  ['endless number', (d) => (d.changeNumber = 1e300), ['changeNumber: expected a positive whole number, got 1e+300']],
  ['no values', (d) => delete (d as Partial<Loose>).values, ['values: expected an array of tags, got nothing']],
  ['values an object', (d) => (d.values = {} as never), ['values: expected an array of tags, got an object']],
  ['no tags', (d) => (d.values = []), ['values: expected at least one tag, got an empty array']],
  [
    'a tag that is none',
    (d) => (d.values[0] = null as never),
    ['values[0]: expected an object with name, id and properties, got null'],
  ],
  [
    'a tag without properties',
    (d) => delete (d.values[0] as Partial<Loose['values'][0]>).properties,
    ['values[0].properties: expected an object with changeNumber and addressPrefixes, got nothing'],
  ],
  [
    'a tag twice',
    (d) => d.values.push(structuredClone(d.values[0]) as never),
    ['values[2].name: expected every tag once, got "Storage.WestUS" again, first at values[0]'],
  ],
  [
    'another id',
    (d) => Object.assign(d.values[0] ?? {}, { id: 'Storage.EastUS' }),
    ['values[0].id: expected the tag\'s name "Storage.WestUS", got "Storage.EastUS"'],
  ],
  [
    'a name that is a path',
    (d) => Object.assign(d.values[0] ?? {}, { name: '../Storage' }),
    ['values[0].name: expected a tag name such as Storage.WestUS, got "../Storage"'],
  ],
  [
    'an empty name',
    (d) => Object.assign(d.values[0] ?? {}, { name: '' }),
    ['values[0].name: expected a tag name such as Storage.WestUS, got ""'],
  ],
  [
    "a tag's number as text",
    (d) => Object.assign(d.values[0]?.properties ?? {}, { changeNumber: '1' }),
    ['values[0].properties.changeNumber: expected a positive whole number, got "1"'],
  ],
  [
    'no prefixes',
    (d) => prefixes(d).splice(0),
    [`${at}: expected a list of at least one prefix, got an empty array in Storage.WestUS`],
  ],
  [
    'prefixes as text',
    (d) => Object.assign(d.values[0]?.properties ?? {}, { addressPrefixes: '10.0.0.0/8' }),
    [`${at}: expected a list of at least one prefix, got "10.0.0.0/8" in Storage.WestUS`],
  ],
  [
    'a prefix null',
    (d) => (prefixes(d)[1] = null),
    [`${at}[1]: expected a CIDR prefix as text, got null in Storage.WestUS`],
  ],
  [
    'a prefix without length',
    (d) => (prefixes(d)[1] = '20.60.2.0'),
    [`${at}[1]: expected a CIDR prefix such as 192.0.2.0/24, got "20.60.2.0" without a length in Storage.WestUS`],
  ],
  [
    'host bits',
    (d) => (prefixes(d)[1] = '20.60.3.0/23'),
    [`${at}[1]: expected zero host bits after /23: 20.60.2.0/23, got "20.60.3.0/23" in Storage.WestUS`],
  ],
  [
    'upper case',
    (d) => (prefixes(d)[4] = '2603:1030:A07::/48'),
    [`${at}[4]: expected an IPv6 address in its RFC 5952 form, got "2603:1030:A07::/48" in Storage.WestUS`],
  ],
  [
    'a prefix twice',
    (d) => prefixes(d).splice(2, 0, '20.60.2.0/23'),
    [`${at}[2]: expected every prefix once, got "20.60.2.0/23" again in Storage.WestUS`],
  ],
  [
    'a prefix inside another',
    (d) => prefixes(d).splice(2, 0, '20.60.3.0/24'),
    [`${at}[2]: expected prefixes that do not overlap, got "20.60.3.0/24" inside "20.60.2.0/23" in Storage.WestUS`],
  ],
  [
    'an address twice',
    (d) => prefixes(d).splice(0, 1, '20.60.0.0/32', '20.60.0.0/32'),
    [`${at}[1]: expected every prefix once, got "20.60.0.0/32" again in Storage.WestUS`],
  ],
  [
    'the last address of the prefix before',
    (d) => prefixes(d).splice(0, 1, '20.60.0.0/31', '20.60.0.1/32'),
    [`${at}[1]: expected prefixes that do not overlap, got "20.60.0.1/32" inside "20.60.0.0/31" in Storage.WestUS`],
  ],
  [
    'a prefix around others',
    (d) => prefixes(d).splice(0, 0, '20.60.0.0/16'),
    [
      `${at}[1]: expected prefixes that do not overlap, got "20.60.0.0/24" inside "20.60.0.0/16" in Storage.WestUS`,
      `${at}[2]: expected prefixes that do not overlap, got "20.60.2.0/23" inside "20.60.0.0/16" in Storage.WestUS`,
    ],
  ],
  [
    'wrong order',
    (d) => prefixes(d).splice(0, 2, '20.60.2.0/23', '20.60.0.0/24'),
    [`${at}[1]: expected prefixes in numeric order, got "20.60.0.0/24" in Storage.WestUS`],
  ],
  [
    'order of text instead of numbers',
    (d) => prefixes(d).splice(0, 3, '100.0.0.0/24', '20.60.0.0/24'),
    [`${at}[1]: expected prefixes in numeric order, got "20.60.0.0/24" in Storage.WestUS`],
  ],
  [
    'a prefix twice, far apart',
    (d) => prefixes(d).splice(3, 0, '20.60.0.0/24'),
    [
      `${at}[3]: expected prefixes in numeric order, got "20.60.0.0/24" in Storage.WestUS`,
      `${at}[3]: expected every prefix once, got "20.60.0.0/24" again in Storage.WestUS`,
    ],
  ],
  [
    'IPv4 after IPv6',
    (d) => prefixes(d).push('60.0.0.0/24'),
    [`${at}[5]: expected IPv4 prefixes before IPv6 prefixes, got "60.0.0.0/24" in Storage.WestUS`],
  ],
];

describe('a damaged document', () => {
  it.each(damages)('%s', (_, damage, issues) => {
    expect(issuesOf(damaged(damage))).toEqual(issues);
  });

  it('has all its faults listed at once', () => {
    const everything = damaged((document) => {
      document.cloud = 'Moon';
      document.changeNumber = null;
      Object.assign(document.values[0] ?? {}, { id: 7 });
      prefixes(document)[0] = '20.60.0.0/33';
      prefixes(document)[4] = 'fe80::%1/64';
    });
    expect(issuesOf(everything).map((issue) => issue.split(':')[0])).toEqual([
      'cloud',
      'changeNumber',
      'values[0].id',
      `${at}[0]`,
      `${at}[4]`,
    ]);
  });

  it('counts what goes beyond a thousand issues', () => {
    const rubbish = Array.from({ length: 2500 }, (_, i) => `rubbish ${i}`);
    const issues = issuesOf(makeCatalogBytes({ tags: { Storage: rubbish } }));
    expect(issues).toHaveLength(1001);
    expect(issues.at(-1)).toContain('and 1500 more problems');
  });
});

describe('a property that stands twice', () => {
  const doubled: readonly [what: string, text: string, path: string][] = [
    ['at the top', sound.replace('"cloud"', '"cloud": "China", "cloud"'), 'cloud'],
    ['in a tag', sound.replace('"id"', '"name": "Storage.WestUS", "id"'), 'values[0].name'],
    [
      'hiding prefixes',
      sound.replace('"networkFeatures"', '"addressPrefixes": ["10.0.0.0/8"], "networkFeatures"'),
      'values[0].properties.addressPrefixes',
    ],
    ['after an escaped quote', sound.replace('"cloud"', '"new": "a\\"b", "cloud": "China", "cloud"'), 'cloud'],
    ['under an escape', sound.replace('"id"', '"n\\u0061me": "Storage.WestUS", "id"'), 'values[0].name'],
    ['with white space before the colon', sound.replace('"id"', '"name"\n : "Storage.WestUS", "id"'), 'values[0].name'],
    ['in something new', sound.replace('"cloud"', '"new": [{}, {"": "a", "": "b\\\\"}], "cloud"'), 'new[1].'],
  ];

  it.each(doubled)('is an issue %s', (_, text, path) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(issuesOf(bytesOf(text))).toEqual([`${path}: expected every property once, got the same property again`]);
  });

  it.each(['a "quoted: word', 'a \\ backslash', '{[,:', '\\"'])(
    'is not seen where there is none, in text such as %s',
    (text) => {
      const value = { ...makeCatalogValue(recipe), text, [text]: { text: [text, { text }] } };
      expect(parseCatalog(bytesOf(JSON.stringify(value)))).toMatchObject({ ok: true });
    },
  );
});

describe('what is unusual and harmless', () => {
  it('is noted once a kind, with its first place', () => {
    const bytes = damaged((document) => {
      document.nextLink = null;
      for (const { properties } of document.values) Object.assign(properties, { state: 'GA', regionId: '7' });
      delete document.values[1]?.properties.platform;
    });
    const result = parseCatalog(bytes);
    expect(result).toMatchObject({
      ok: true,
      catalog: {
        notes: [
          'unknown property "nextLink" at nextLink',
          'unknown property "state" in 2 places, first at values[0].properties.state',
          'property "regionId" of an unusual type in 2 places, first at values[0].properties.regionId',
          'no property "platform" at values[1].properties.platform',
        ],
      },
    });
  });
});
