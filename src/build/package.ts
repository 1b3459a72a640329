import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Zippable, zipSync } from 'fflate';
import project from '../../package.json' with { type: 'json' };
import { commandOptions } from '../command-options.ts';
import { loadConfig } from '../config/load.ts';
import { build, readRecord } from './bundle.ts';
import { endAsUsage } from './roles.ts';
import { noticesOf, readThirdParty } from './third-party.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Default path of the package. */
const packageFile = path.join(root, 'dist/service-tag-sync.zip');

/** One time for every file of a package: the same sources give the same bytes. A zip knows no year before 1980. */
const timeOfFiles = new Date('2020-01-01T00:00:00');

interface PackageOptions {
  /** The zip to write. */
  readonly file?: string;
  /** A folder that gets the same files unpacked; what was there goes. */
  readonly folder?: string;
  /** Folder for the bundle that goes into it. */
  readonly outdir?: string;
  /** A config to ship with it; it is checked first. Without one the app reads it from a setting or a blob. */
  readonly config?: string;
}

export interface Packaged {
  readonly file: string;
  readonly bytes: number;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
}

/**
 * Writes what is deployed: the bundle without source maps, host.json, the runbook, a package.json that names the entry, the licences of
 * the packages in the bundle, and a config if one is given. Nothing is installed where it runs. Throws ConfigError for a config that is wrong, and what build() throws.
 */
export async function writePackage(options: PackageOptions = {}): Promise<Packaged> {
  const file = options.file ?? packageFile;
  const { entry } = await build(options.outdir === undefined ? {} : { outdir: options.outdir });
  const bundle = path.dirname(entry);
  const built = (await readdir(bundle, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile() && !one.name.endsWith('.map') && one.name !== 'build.json')
    .map((one) => path.relative(bundle, path.join(one.parentPath, one.name)));
  const { packages } = await readRecord(bundle);
  const others = await Promise.all(packages.map((folder) => readThirdParty(path.resolve(root, folder))));
  const { name, version, license } = project;
  const contents = new Map<string, Uint8Array>([
    ['host.json', await readFile(path.join(root, 'host.json'))],
    // The page shows it: notices lead to its entries.
    ['docs/runbook.md', await readFile(path.join(root, 'docs/runbook.md'))],
    ['LICENSE', await readFile(path.join(root, 'LICENSE'))],
    ['THIRD-PARTY-NOTICES.txt', Buffer.from(noticesOf(others))],
    [
      'package.json',
      Buffer.from(`${JSON.stringify({ name, version, license, type: 'module', main: project.main }, undefined, 2)}\n`),
    ],
  ]);
  for (const one of built) {
    contents.set(`dist/functions/${one.split(path.sep).join('/')}`, await readFile(path.join(bundle, one)));
  }
  if (options.config !== undefined) {
    await loadConfig(options.config, () => new Date());
    contents.set('service-tag-sync.json', await readFile(options.config));
  }
  const files = [...contents.keys()].sort();
  const entries: Zippable = {};
  for (const one of files) entries[one] = [contents.get(one) ?? new Uint8Array(), { level: 9, mtime: timeOfFiles }];
  const zip = zipSync(entries);
  if (options.folder !== undefined) await unpack(options.folder, contents);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, zip);
  return { file, bytes: zip.length, files };
}

async function unpack(folder: string, contents: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of contents) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const usage = `npm run package [-- --config FILE] [--out FILE] [--folder DIR] [--bundle DIR]
  Writes the zip that is deployed: to --out, its contents also to --folder; with --config it carries that config.
  --bundle is the folder for the bundle before it is packed: two that run at the same time need one each.`;
  const values = commandOptions(usage, {
    config: { type: 'string' },
    out: { type: 'string' },
    folder: { type: 'string' },
    bundle: { type: 'string' },
  });
  try {
    const { file, bytes, files } = await writePackage({
      ...(values.config === undefined ? {} : { config: path.resolve(values.config) }),
      ...(values.folder === undefined ? {} : { folder: path.resolve(values.folder) }),
      ...(values.bundle === undefined ? {} : { outdir: path.resolve(values.bundle) }),
      ...(values.out === undefined ? {} : { file: path.resolve(values.out) }),
    });
    const size = `${(bytes / 1024 / 1024).toFixed(2)} MB`;
    const config =
      values.config === undefined ? 'without a config (--config <file> ships one)' : `with ${values.config}`;
    process.stdout.write(`${path.relative(process.cwd(), file)}: ${size}, ${files.length} files, ${config}\n`);
  } catch (error) {
    endAsUsage(error);
  }
}
