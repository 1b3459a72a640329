import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One source file: its lines, and how many others import it. */
interface FileSize {
  readonly file: string;
  readonly lines: number;
  readonly importers: number;
}

/** Every source file of the product under a root: `src/` and `functions/`, in the order of their paths. */
export function fileSizes(root: string): FileSize[] {
  const files = ['src', 'functions'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  const texts = files.sort().map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const importers = new Map<string, Set<string>>();
  for (const { file, text } of texts) {
    for (const [, specifier = ''] of text.matchAll(/(?:from\s+|import\(\s*|import\s+)'(\.[^']+)'/g)) {
      const target = join(dirname(file), specifier);
      importers.set(target, (importers.get(target) ?? new Set()).add(file));
    }
  }
  return texts.map(({ file, text }) => ({
    file,
    lines: text.split('\n').length - 1,
    importers: importers.get(file)?.size ?? 0,
  }));
}

/** The middle one of some numbers; the lower one of two. */
export function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}

// npm run -s size
if (import.meta.main) {
  const sizes = fileSizes(new URL('../../', import.meta.url).pathname);
  const by = (folder: string) => sizes.filter(({ file }) => file.startsWith(folder));
  const line = (name: string, some: readonly FileSize[]) => {
    const lines = some.map((one) => one.lines);
    const total = lines.reduce((sum, one) => sum + one, 0);
    const once = some.filter(({ importers }) => importers === 1).length;
    const cells = [some.length, total, medianOf(lines), once].map((cell) => String(cell).padStart(9));
    process.stdout.write(`${name.padEnd(18)}${cells.join('')}\n`);
  };
  process.stdout.write(`${'folder'.padEnd(18)}    files    lines   median imported once\n`);
  for (const folder of new Set(sizes.map(({ file }) => file.split('/').slice(0, 2).join('/')))) {
    if (folder.startsWith('src/') && !folder.endsWith('.ts')) line(folder, by(`${folder}/`));
  }
  line('functions', by('functions/'));
  line('all', sizes);
}
