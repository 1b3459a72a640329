import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the Functions worker loads: `main` in package.json. */
const builtEntry = path.join(root, 'dist/functions/index.mjs');

/**
 * The library asks for `@azure/functions-core` with require() when a function registers; an ES module has none, and
 * without this line the bundle builds cleanly and loads nothing.
 */
const banner = "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);";

interface BuildOptions {
  /** File whose imports are bundled. */
  readonly entry?: string;
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
  const entry = options.entry ?? path.join(root, 'functions/index.ts');
  const outdir = options.outdir ?? path.dirname(builtEntry);
  const built = path.join(outdir, 'index.mjs');
  if (await isCurrent(path.join(outdir, recordName), entry)) return { entry: built, fresh: false };

  options.announce?.();
  const fresh = `${outdir}.${process.pid}`;
  const { metafile } = await esbuild.build({
    entryPoints: { index: entry },
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    external: ['@azure/functions-core'],
    // Its main file asks for its parts with a require() that no bundler can follow; the bundle would fail when it runs.
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    banner: { js: banner },
    metafile: true,
    absWorkingDir: root,
    logLevel: 'silent',
  });
  const sources = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules/'));
  const kept: BuildRecord = { schema: 1, entry, sources, digest: await digestOf(sources) };
  await writeFile(path.join(fresh, recordName), JSON.stringify(kept));
  await replaceFolder(outdir, fresh);
  return { entry: built, fresh: true };
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

interface BuildRecord {
  readonly schema: 1;
  readonly entry: string;
  readonly sources: readonly string[];
  readonly digest: string;
}

async function isCurrent(record: string, entry: string): Promise<boolean> {
  try {
    const kept: BuildRecord = JSON.parse(await readFile(record, 'utf8'));
    return kept.schema === 1 && kept.entry === entry && kept.digest === (await digestOf(kept.sources));
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
  for (const file of [...sources, 'package-lock.json', 'src/local/build.ts']) {
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
