import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { build } from '../../src/build/bundle.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const outdir = path.join(root, 'dist/suites');

/** The built file that stands for a source file when suites run over the bundle; undefined for one that is not deployed. */
function builtFileOf(source: string): string | undefined {
  const file = path.relative(root, source).split(path.sep).join('/');
  const isDeployed = file.startsWith('src/') && !/^src\/(build|local|simulator)\//.test(file) && file.endsWith('.ts');
  return isDeployed ? path.join(outdir, file.replace(/\.ts$/, '.mjs')) : undefined;
}

/** The built file for what a test file imports. */
export function builtFor(specifier: string, importer: string): string | undefined {
  const isFromTests = importer.startsWith(path.join(root, 'test/'));
  return isFromTests && specifier.startsWith('.')
    ? builtFileOf(path.resolve(path.dirname(importer), specifier))
    : undefined;
}

/**
 * Builds the app as it is deployed, with what these test files import as further entries: the same options, the same
 * chunks, and the same classes whichever way a test reaches them.
 */
export async function buildForSuites(suites: readonly string[]): Promise<void> {
  const more: Record<string, string> = {};
  const collect: esbuild.Plugin = {
    name: 'collect',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path: specifier, importer }) => {
        const built = builtFor(specifier, importer);
        if (built === undefined) return undefined;
        const source = path.resolve(path.dirname(importer), specifier);
        more[path.relative(outdir, built).replace(/\.mjs$/, '')] = source;
        return { path: source, external: true };
      });
    },
  };
  await esbuild.build({
    entryPoints: [...suites],
    outdir,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [collect],
    logLevel: 'silent',
  });
  const sorted = Object.fromEntries(Object.entries(more).sort(([a], [b]) => (a < b ? -1 : 1)));
  await build({ outdir, more: sorted });
}
