import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A package of others of which something is in a bundle. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as its package.json says it. */
  readonly licence: string;
  readonly homepage: string;
  /** Its licence and notice files, in the order of their names; none if the package ships none. */
  readonly texts: readonly string[];
}

/** Folders of the packages that files lie in, each once, sorted. A file is given as a bundler names it. */
export function packageFolders(files: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    const [folder] = /^.*\/?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort();
}

/** What a package says of itself. Throws an Error for one without a licence: nothing may be shipped without knowing it. */
export async function readThirdParty(folder: string): Promise<ThirdParty> {
  const { name, version, license, homepage, repository } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  if (typeof license !== 'string' || license === '' || license === 'UNLICENSED') {
    throw new Error(
      `expected a licence in package.json of ${name} ${version}, got ${JSON.stringify(license)} in ${folder}: find out under which licence it may be shipped, or use another package`,
    );
  }
  const texts = await Promise.all((await licenceFiles(folder)).map((file) => readFile(file, 'utf8')));
  const place = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? '';
  return {
    name,
    version,
    licence: license,
    homepage: String(place),
    texts: texts.map((text) => text.replaceAll('\r\n', '\n').trim()),
  };
}

/** Paths of its licence and notice files, sorted: also those of a folder of that name, which has the licences of what the package took over. */
async function licenceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const named = entries.filter(({ name }) => /^(licen[cs]e|copying|notice|third)/i.test(name));
  const files = await Promise.all(
    named.map(async (entry) => {
      const at = path.join(folder, entry.name);
      if (entry.isDirectory()) return (await readdir(at)).map((file) => path.join(at, file));
      return [at];
    }),
  );
  return files.flat().sort();
}

/** The text of THIRD-PARTY-NOTICES.txt: every package once, equal texts together, so that it stays readable. */
export function noticesOf(packages: readonly ThirdParty[]): string {
  const line = '-'.repeat(80);
  const sorted = packages.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const groups = Map.groupBy(sorted, ({ texts }) => texts.join('\n\n'));
  const sections = [...groups].map(([text, all]) => {
    // The same version may be installed in more than one place.
    const names = new Set(all.map(headingOf));
    return [line, ...names, '', text === '' ? noText : text].join('\n');
  });
  return ['This package holds parts of these packages of others, under their licences.', ...sections, ''].join('\n\n');
}

const noText = 'The package ships no text of its licence; its name is above.';

function headingOf({ name, version, licence, homepage }: ThirdParty): string {
  return [`${name} ${version}`, licence, ...(homepage === '' ? [] : [homepage])].join(', ');
}
