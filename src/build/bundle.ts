import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { packageFolders } from './third-party.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the Functions worker loads: `main` in package.json. */
const builtEntry = path.join(root, 'dist/functions/index.mjs');

/** How every bundle of this project is made: one place, so that what is tested in one of them holds for the others. */
export const bundleOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  minify: true,
  keepNames: true,
  // Its main file asks for its parts with a require() that no bundler can follow; the bundle would fail when it runs.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  metafile: true,
  absWorkingDir: root,
  logLevel: 'silent',
} as const satisfies esbuild.BuildOptions;

/**
 * The library asks for `@azure/functions-core` with require() when a function registers; an ES module has none, and
 * without this line the bundle builds cleanly and loads nothing.
 */
export const requireBanner =
  "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);";

interface BuildOptions {
  /** File whose imports are bundled. */
  readonly entry?: string;
  /** Further files to be loaded by themselves, by their path in the result without its ending. They share its chunks. */
  readonly more?: Readonly<Record<string, string>>;
  /** Folder for the result, replaced as a whole. */
  readonly outdir?: string;
  /** Called when there is something to build, which takes some seconds. */
  readonly announce?: () => void;
}

interface Built {
  /** The file to load. */
  readonly entry: string;
  /** False if the result of an earlier build was still good. */
  readonly fresh: boolean;
}

/**
 * Bundles the functions into one ES module with lazily loaded chunks, as deployed. Does nothing if no source file
 * changed since the last build into the same folder. Throws with esbuild's messages if it fails.
 */
export async function build(options: BuildOptions = {}): Promise<Built> {
  const entries = { index: options.entry ?? path.join(root, 'functions/index.ts'), ...options.more };
  const outdir = options.outdir ?? path.dirname(builtEntry);
  const built = path.join(outdir, 'index.mjs');
  if (await isCurrent(outdir, entries)) return { entry: built, fresh: false };

  options.announce?.();
  const fresh = `${outdir}.${process.pid}`;
  const { metafile } = await esbuild.build({
    ...bundleOptions,
    entryPoints: entries,
    outdir: fresh,
    splitting: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'],
    banner: { js: requireBanner },
  });
  const nameless = namelessImports(metafile);
  if (nameless.length > 0) {
    await rm(fresh, { recursive: true });
    throw new Error(
      `${nameless.join('; ')}: the package is CommonJS, and import() finds no names in it once it is bundled. Import it with an import line in a file of its own, and that file with import().`,
    );
  }
  const sources = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/'));
  const kept: BuildRecord = {
    schema: 3,
    packages: bundledPackages(metafile),
    entries,
    sources,
    digest: await digestOf(sources),
    lazy: lazyChunks(metafile, fresh, entries),
  };
  await writeFile(path.join(fresh, recordName), JSON.stringify(kept));
  await replaceFolder(outdir, fresh);
  return { entry: built, fresh: true };
}

/**
 * Calls in our sources of import() that find a CommonJS file. In a bundle with chunks they give its `module.exports` as
 * `default` and none of its names, whatever the types and Node itself say.
 */
function namelessImports({ inputs }: esbuild.Metafile): string[] {
  return Object.entries(inputs)
    .filter(([file]) => !file.includes('node_modules/'))
    .flatMap(([file, { imports }]) =>
      imports
        .filter(({ kind, path: found }) => kind === 'dynamic-import' && inputs[found]?.format === 'cjs')
        .map(({ original, path: found }) => `${file}: import('${original ?? found}')`),
    );
}

/** Moved into its place whole: neither a build that was killed half-way nor one beside this one is ever loaded in part. */
async function replaceFolder(folder: string, by: string): Promise<void> {
  const old = `${by}.old`;
  try {
    await rename(folder, old);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  await rename(by, folder);
  await rm(old, { recursive: true, force: true });
}

const recordName = 'build.json';

/** Written beside the result, and not deployed. */
export interface BuildRecord {
  readonly schema: 3;
  /** Folders of the packages of others that the result holds parts of, relative to the root. */
  readonly packages: readonly string[];
  readonly entries: Readonly<Record<string, string>>;
  readonly sources: readonly string[];
  readonly digest: string;
  /** What import() loads: by a chunk's path in the result, the source file. */
  readonly lazy: Readonly<Record<string, string>>;
}

/** Those with a byte in some output: what was dropped as unused is not shipped. */
export function bundledPackages({ outputs }: esbuild.Metafile): string[] {
  const held = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return packageFolders(held.map(([file]) => file));
}

/** What a folder with a finished build says of it. */
export async function readRecord(outdir: string): Promise<BuildRecord> {
  return JSON.parse(await readFile(path.join(outdir, recordName), 'utf8'));
}

function lazyChunks({ outputs }: esbuild.Metafile, outdir: string, entries: BuildRecord['entries']) {
  const own = new Set(Object.values(entries).map((file) => path.resolve(root, file)));
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([chunk, { entryPoint }]) =>
      entryPoint === undefined || own.has(path.resolve(root, entryPoint))
        ? []
        : [[path.relative(outdir, path.resolve(root, chunk)), entryPoint]],
    ),
  );
}

async function isCurrent(outdir: string, entries: BuildRecord['entries']): Promise<boolean> {
  try {
    const kept = await readRecord(outdir);
    const isSame = kept.schema === 3 && JSON.stringify(kept.entries) === JSON.stringify(entries);
    return isSame && kept.digest === (await digestOf(kept.sources));
  } catch (error) {
    // No earlier build, or a source file that is gone: both mean building again.
    if (isAbsent(error)) return false;
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A new file enters a bundle only through a changed one; packages only through the lock file. */
async function digestOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...sources, 'package-lock.json', 'src/build/bundle.ts']) {
    const bytes = await readFile(path.resolve(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { entry, fresh } = await build();
  process.stdout.write(`${path.relative(process.cwd(), entry)} ${fresh ? 'built' : 'is up to date'}\n`);
}
