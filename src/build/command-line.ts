import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import project from '../../package.json' with { type: 'json' };
import { commandOptions } from '../command-options.ts';
import { bundledPackages, bundleOptions, requireBanner } from './bundle.ts';
import { noticesOf, readThirdParty } from './third-party.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Name of the command where it is installed, and of the file that holds it. */
const command = project.name;

/** Default folder of the package. */
const packageFolder = path.join(root, 'dist/cli');

export interface BuiltCommandLine {
  /** The one file that holds the command line. */
  readonly file: string;
  readonly bytes: number;
  /** Sources and packages that are evaluated before the first command is known, as paths below the root. */
  readonly eager: readonly string[];
}

/**
 * Bundles the command line into one file, in a folder that `npm pack` makes a package of. It needs nothing beside itself but
 * Node.js; what was in the folder goes. Throws esbuild's messages if it fails, and what readThirdParty() throws.
 */
export async function buildCommandLine(folder: string = packageFolder): Promise<BuiltCommandLine> {
  const { outputFiles, metafile } = await esbuild.build({
    ...bundleOptions,
    entryPoints: { cli: path.join(root, 'src/cli.ts') },
    outdir: folder,
    write: false,
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    // The emulator is a tool of this project. `plan` without storage asks for it, and says so where it is not installed.
    external: ['@azure/functions-core', 'azurite'],
    // Files that are commands by themselves, too, are parts of another one here.
    define: { 'import.meta.main': 'false' },
    legalComments: 'none',
    banner: { js: requireBanner },
    plugins: [namedByItself],
  });
  const others = await Promise.all(bundledPackages(metafile).map((one) => readThirdParty(path.resolve(root, one))));
  const text = await oneFile(outputFiles);
  const { name, version, description, license, engines } = project;
  const manifest = {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { [command]: `${command}.mjs` },
    engines,
  };
  const file = path.join(folder, `${command}.mjs`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`),
    writeFile(path.join(folder, 'LICENSE'), await readFile(path.join(root, 'LICENSE'))),
    writeFile(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), noticesOf(others)),
    writeFile(file, text, { mode: 0o755 }),
  ]);
  return { file, bytes: text.length, eager: eagerInputs(metafile) };
}

/** The chunks behind the code that loads them, in the order of their names: the same sources give the same bytes. */
async function oneFile(chunks: readonly esbuild.OutputFile[]): Promise<string> {
  const [guard, head] = await Promise.all(
    ['src/old-node.mjs', 'src/build/one-file-head.mjs'].map((file) => readFile(path.join(root, file), 'utf8')),
  );
  const named = chunks.map(({ path: file, contents }): [string, string] => [
    path.basename(file),
    deflateRawSync(contents, { level: 9 }).toString('base64'),
  ]);
  const parts = Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  return `#!/usr/bin/env node\n{\n${guard}}\n${head}/*${JSON.stringify(parts)}*/\n`;
}

/** In a checkout the command line is a script of npm. Where it is built it has a name, and its texts say that name. */
const namedByItself: esbuild.Plugin = {
  name: 'named-by-itself',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path: file }) => {
      if (file.includes('/node_modules/')) return undefined;
      const text = await readFile(file, 'utf8');
      return { loader: 'ts', contents: text.replaceAll('npm run -s cli --', command) };
    });
  },
};

/** Follows import lines alone from the entry: what import() loads waits until a command asks for it. */
function eagerInputs({ inputs }: esbuild.Metafile): string[] {
  const found = new Set(['src/cli.ts']);
  for (const file of found) {
    for (const { kind, path: imported, external } of inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true && imported in inputs) found.add(imported);
    }
  }
  return [...found].sort();
}

/** Packs a folder with `npm pack`. Gives the path of the archive. */
export function packCommandLine(folder: string, into: string): string {
  const { stdout, stderr, status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', into, folder], {
    encoding: 'utf8',
    cwd: root,
  });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr.trim()}`);
  return path.join(into, stdout.trim());
}

if (import.meta.main) {
  const usage = `npm run build:cli [-- --folder DIR] [--pack]
  Writes the command line as one file into dist/cli, or into --folder, whose contents go; with --pack also as a package that npm
  and npx install, beside that folder.`;
  const { folder, pack } = commandOptions(usage, { folder: { type: 'string' }, pack: { type: 'boolean' } });
  const into = path.resolve(folder ?? packageFolder);
  const { file, bytes } = await buildCommandLine(into);
  process.stdout.write(`${path.relative(process.cwd(), file)}: ${(bytes / 1024 / 1024).toFixed(2)} MB\n`);
  if (pack) {
    process.stdout.write(`${path.relative(process.cwd(), packCommandLine(into, path.dirname(into)))}\n`);
  }
}
