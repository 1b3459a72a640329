import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What files of one place may import. The first rule whose `from` begins a file's path is the one that holds. */
interface Rule {
  readonly from: string;
  /** Folders and files of the project, each with everything below it; the rule's own place always belongs to them. */
  readonly may: readonly string[];
  /** More of them, for types alone: nothing of these is loaded. */
  readonly types?: readonly string[];
  /** Packages; `node:` and `@azure/` stand for all of theirs. No list: every package. */
  readonly packages?: readonly string[];
  readonly because: string;
}

/** Where kinds of adapters are registered: the only files of their folders that others may import. */
const registries = ['src/sources/index.ts', 'src/targets/index.ts', 'src/notifiers/index.ts'];

const rules: readonly Rule[] = [
  {
    from: 'src/core/decisions/change-window.ts',
    may: ['src/core/'],
    packages: ['luxon'],
    because: 'change windows need the rules of time zones; luxon reads them, and no clock unless it is asked to',
  },
  {
    from: 'src/core/',
    may: [],
    packages: ['ip-num', 'node:crypto'],
    because: 'the core is pure: no clock, environment, network or Azure; node:crypto is there for hashing alone',
  },
  { from: 'src/messages/', may: ['src/core/'], packages: [], because: 'words are made of events and of nothing else' },
  { from: 'src/ports/', may: ['src/core/'], packages: ['zod'], because: 'a port speaks the words of the core' },
  { from: 'src/network/', may: [], packages: ['undici'], because: 'the way out of the machine is the same for all' },
  {
    from: 'src/azure/',
    may: ['src/ports/', 'src/core/', 'package.json'],
    because: 'what adapters share knows no adapter',
  },
  {
    from: 'src/feeds/format',
    may: ['src/feeds/format', 'src/core/'],
    packages: ['node:crypto'],
    because: 'a format is a pure function of a list',
  },
  ...['src/sources/', 'src/targets/', 'src/notifiers/'].map((from) => ({
    from,
    may: ['src/feeds/format', 'src/ports/', 'src/azure/', 'src/core/', 'src/messages/', 'src/network/', 'package.json'],
    because: 'an adapter knows its port and nobody else',
  })),
  { from: 'src/acr/', may: ['src/ports/', 'src/azure/', 'src/core/'], because: 'it reads registries and advises' },
  {
    from: 'src/telemetry/',
    may: [],
    because: 'what observes knows nothing of what is observed',
  },
  { from: 'src/store/', may: ['src/ports/', 'src/azure/', 'src/core/'], because: 'it stands behind the ports' },
  {
    from: 'src/config/',
    may: [...registries, 'src/ports/', 'src/core/'],
    because: 'kinds come from their registries, and checking a config needs nothing that runs',
  },
  ...[
    { from: 'src/run/', above: ['feeds/keep-feeds.ts'] },
    { from: 'src/feeds/', above: ['run'] },
    { from: 'src/replay/', above: ['run'] },
    { from: 'src/doctor/', above: ['run', 'feeds'] },
    { from: 'src/operator/', above: ['run', 'doctor', 'feeds'] },
    { from: 'src/composition-root.ts', above: ['run', 'doctor', 'feeds', 'operator', 'replay'] },
  ].map(({ from, above }) => ({
    from,
    may: [
      'core',
      'messages',
      'ports',
      'config',
      'sources',
      'targets',
      'notifiers',
      'azure',
      'acr',
      'store',
      'telemetry',
      'network',
      ...above,
    ].map((below) => (below.endsWith('.ts') ? `src/${below}` : `src/${below}/`)),
    because: 'a run is made of everything below it and knows nothing of who asks for it',
  })),
  ...['src/http/', 'src/queues/'].map((from) => ({
    from,
    // What bounds a request is what bounds every other input; who sent it is found as for a feed.
    may: [
      'src/run/',
      'src/operator/',
      'src/feeds/',
      'src/http/',
      'src/messages/',
      'src/core/feed.ts',
      'src/core/json.ts',
      'src/core/visible-text.ts',
      'package.json',
    ],
    types: ['src/core/', 'src/ports/'],
    because: 'the API asks the service and shows what it says',
  })),
  {
    from: 'src/command-options.ts',
    may: ['src/core/errors.ts'],
    packages: ['node:util'],
    because: "the options of the project's own commands are the same whatever the command does",
  },
  {
    from: 'src/text-table.ts',
    may: [],
    packages: ['cli-table3', 'picocolors', 'node:util'],
    because: 'a table is drawn the same way whatever is in it',
  },
  {
    from: 'src/simulator/',
    may: ['src/core/errors.ts', 'src/command-options.ts'],
    because: 'a simulator that shared code with the service would share its mistakes',
  },
  {
    from: 'src/build/',
    may: ['src/', 'functions/', 'package.json'],
    because: 'what writes files from the sources may read all of them; nothing imports it',
  },
  {
    from: 'src/local/',
    may: [
      'src/command-options.ts',
      'src/text-table.ts',
      'src/config/',
      'src/core/',
      'src/ports/',
      'src/run/',
      'src/operator/',
      'src/doctor/',
      'src/feeds/',
      'src/replay/',
      'src/composition-root.ts',
      'src/simulator/',
      'src/network/',
      'src/sources/',
      'src/store/',
      'src/messages/',
      'host.json',
      'package.json',
    ],
    because: 'the embedded default runs the same functions as Azure does',
  },
  {
    // src/cli.ts, and src/cli/ with its commands.
    from: 'src/cli',
    may: [
      'src/text-table.ts',
      'src/config/',
      'src/core/',
      'src/local/',
      'src/network/',
      'src/run/',
      'src/operator/',
      'src/doctor/',
      'src/feeds/',
      'src/replay/',
      'src/composition-root.ts',
      'src/messages/',
      'src/http/',
      'package.json',
    ],
    because: 'the command line is an edge like the functions, and a client of their API',
  },
  {
    from: 'functions/',
    // Triggers must name the queues they listen to while they register, before anything may be opened.
    may: [
      'src/http/',
      'src/queues/',
      'src/run/',
      'src/operator/',
      'src/doctor/',
      'src/feeds/',
      'src/replay/',
      'src/composition-root.ts',
      'src/ports/queues.ts',
      'src/telemetry/',
    ],
    packages: ['@azure/functions'],
    because: 'the edge registers a trigger and calls one function',
  },
];

interface Import {
  readonly file: string;
  /** Path in the project, or a package's name. */
  readonly what: string;
  readonly isPackage: boolean;
  /** `lazy`: import() in a function. */
  readonly how: 'loaded' | 'types' | 'lazy';
}

const root = new URL('..', import.meta.url).pathname;

const files = ['src', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => posix.join(folder, file)),
);

const imports = files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));

function importsOf(file: string, text: string): Import[] {
  const lines = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm,
  );
  const calls = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  return [
    ...[...lines].map(([, type, from, bare]) => makeImport(file, from ?? bare ?? '', type ? 'types' : 'loaded')),
    ...[...calls].map(([, what = '']) => makeImport(file, what, 'lazy')),
  ];
}

function makeImport(file: string, specifier: string, how: Import['how']): Import {
  const isPackage = !specifier.startsWith('.');
  return { file, what: isPackage ? specifier : posix.join(posix.dirname(file), specifier), isPackage, how };
}

/** What is wrong with an import, for people; undefined if its rule allows it. */
function objection({ file, what, isPackage, how }: Import): string | undefined {
  const rule = rules.find(({ from }) => file.startsWith(from));
  if (rule === undefined) return `${file}: no rule says what files there may import; add one to ${import.meta.url}`;
  const { from, may, types = [], packages, because } = rule;
  const allowed = isPackage
    ? packages === undefined ||
      packages.some((known) => (known.endsWith(':') ? what.startsWith(known) : what === known))
    : [from, ...may, ...(how === 'types' ? types : [])].some((place) => what.startsWith(place));
  return allowed ? undefined : `${file} imports ${what}, but ${from} must not: ${because}`;
}

describe('imports', () => {
  it('are found in every form', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from '../b/b.ts';",
      "import {\n  type C,\n  c,\n} from '../c.ts';",
      "export { d } from './d.ts';",
      "import './e.ts';",
      "const f = await import('zod');",
    ].join('\n');
    expect(importsOf('src/x/y.ts', text).map(({ what, how }) => `${what} ${how}`)).toEqual([
      'src/x/a.ts loaded',
      'src/b/b.ts types',
      'src/c.ts loaded',
      'src/x/d.ts loaded',
      'src/x/e.ts loaded',
      'zod lazy',
    ]);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('point one way', () => {
    expect(imports.flatMap((one) => objection(one) ?? [])).toEqual([]);
  });

  it('name files that exist', () => {
    const missing = imports.filter(({ what, isPackage }) => !isPackage && !existsSync(join(root, what)));
    expect(missing).toEqual([]);
  });

  it.each(registries.filter((file) => files.includes(file)))(
    'never lead from one adapter of %s to another',
    (registry) => {
      const folder = posix.dirname(registry);
      const adapters = imports
        .filter(({ file, what }) => file === registry && what.startsWith(folder))
        .map(({ what }) => what);
      const among = imports.filter(({ file, what }) => adapters.includes(file) && adapters.includes(what));
      expect(among.map(({ file, what }) => `${file} imports the adapter ${what}`)).toEqual([]);
    },
  );

  it('are seen to go in a circle, whether a file loads another or only names its types', () => {
    const importing = (file: string, what: string): Import => ({ file, what, isPackage: false, how: 'types' });
    const [into, there, andBack, out] = [
      importing('i', 'a'),
      importing('a', 'b'),
      importing('b', 'a'),
      importing('b', 'o'),
    ];
    expect(circlesIn([into, there, out])).toEqual([]);
    expect(circlesIn([into, there, andBack, out])).toEqual([['a', 'b']]);
    expect(circlesIn([{ ...importing('a', 'a'), how: 'loaded' }])).toEqual([['a']]);
  });

  it('go in no circle', () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  it.each(['src/config/load.ts', ...registries])('of %s load no Azure SDK', (entry) => {
    expect(loadedBy(entry).filter((what) => what.startsWith('@azure/'))).toEqual([]);
  });
});

/** Everything that importing a file loads, packages by name. */
function loadedBy(entry: string): string[] {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const one of imports) if (one.file === file && one.how === 'loaded') loaded.add(one.what);
  }
  return [...loaded];
}

/**
 * Files whose imports lead back to them, those of one circle together. Imports of types count too: such files are
 * understood and moved only together, and without the word `type` the circle is one of loading.
 */
function circlesIn(all: readonly Import[]): string[][] {
  const next = Map.groupBy(
    all.filter(({ isPackage }) => !isPackage),
    ({ file }) => file,
  );
  const reached = new Map([...next.keys()].map((file) => [file, reachedFrom(file, next)]));
  const circles = new Map<string, string[]>();
  for (const [file, from] of reached) {
    if (!from.has(file)) continue;
    const circle = [...from].filter((other) => reached.get(other)?.has(file)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** Everything that a file's imports lead to; the file itself only if they lead back. */
function reachedFrom(file: string, next: ReadonlyMap<string, readonly Import[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  for (const { what } of next.get(file) ?? []) reached.add(what);
  for (const one of reached) for (const { what } of next.get(one) ?? []) reached.add(what);
  return reached;
}
