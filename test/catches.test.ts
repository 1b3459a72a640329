import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

// A `catch` that does not look at its error guesses a cause, and takes a fault of ours for it.

/** Places that need no look, by file and by what stands there, each with its reason. */
const allowed: readonly { readonly file: string; readonly text: string; readonly because: string }[] = [
  {
    file: 'src/notifiers/post.ts',
    text: 'response.body?.cancel().catch(() => undefined)',
    because: 'the receiver has answered: what becomes of the rest of its answer changes nothing',
  },
  {
    file: 'src/azure/arm/arm-connection.ts',
    text: 'made.catch(() => shared.delete(key))',
    because: 'who asked for the connection gets the error from the same promise',
  },
  {
    file: 'src/store/open.ts',
    text: 'made.catch(() => connections.delete(key))',
    because: 'who asked for the connection gets the error from the same promise',
  },
  {
    file: 'src/feeds/kept.ts',
    text: 'begun.value.catch(() => this.#forget(begun.value))',
    because: 'who asked for the value gets the error from the same promise',
  },
  {
    file: 'src/operator/queries/preview.ts',
    text: 'planning.catch(() => undefined)',
    because: 'the same promise is waited for right after, unless the decision itself cannot be recorded',
  },
  {
    file: 'src/replay/folder.ts',
    text: 'reading.catch(() => undefined)',
    because: 'the same promise is waited for when the turn of the file comes, unless an earlier one failed',
  },
];

const root = new URL('..', import.meta.url).pathname;

/** Catches of a source text that never use their error, as they stand there. */
function blindCatches(text: string): string[] {
  // Comments may hold the word; a text may not hold more than its line.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const blocks = [...code.matchAll(/\bcatch\s*(?:\(\s*(\w+)[^)]*\)\s*)?\{/g)].flatMap((found) => {
    const [head, error] = found;
    const isUsed = error !== undefined && uses(blockAt(code, found.index + head.length - 1), error);
    return isUsed ? [] : [head];
  });
  const calls = [...code.matchAll(/[\w.?()]*\.catch\(/g)].flatMap((found) => {
    const from = found.index + found[0].length;
    const given = blockAt(code, from - 1).slice(1, -1);
    const parameter = /^\s*(?:async\s*)?\(?\s*(\w*)/.exec(given)?.[1] ?? '';
    const isArrow = /^\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::\s*\w+\s*)?=>/.test(given);
    // A function by its name is looked at where it stands.
    const isUsed = isArrow
      ? parameter !== '' && uses(given.slice(given.indexOf('=>')), parameter)
      : /^\s*\w+\s*$/.test(given);
    return isUsed ? [] : [`${found[0]}${given})`.trim()];
  });
  return [...blocks, ...calls];
}

function uses(code: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(code);
}

/** From an opening bracket to the one that closes it. */
function blockAt(code: string, from: number): string {
  const open = code[from] ?? '';
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code[at] === open) depth++;
    else if (code[at] === close && --depth === 0) return code.slice(from, at + 1);
  }
  return code.slice(from);
}

test.each([
  ['try { a(); } catch {\n  b();\n}', ['catch {']],
  ['try { a(); } catch (error) {\n  b();\n}', ['catch (error) {']],
  ['try { a(); } catch (error) {\n  // error\n  b();\n}', ['catch (error) {']],
  ['try { a(); } catch (error) {\n  if (isAbsent(error)) return;\n  throw error;\n}', []],
  ['await a().catch(() => undefined);', ['a().catch(() => undefined)']],
  ['await a().catch((error: unknown) => {\n  b();\n});', ['a().catch((error: unknown) => {\n  b();\n})']],
  ['await a().catch((error: unknown) => say(error));', []],
  ['await a().catch(ofAbsent);', []],
])('is found: %j', (text, expected) => {
  expect(blindCatches(text)).toEqual(expected);
});

const found = ['src', 'functions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => posix.join(folder, file))
    .flatMap((file) => blindCatches(readFileSync(join(root, file), 'utf8')).map((text) => ({ file, text }))),
);

test('every catch looks at its error', () => {
  const places = (of: readonly { readonly file: string; readonly text: string }[]) =>
    of.map(({ file, text }) => `${file}: ${text}`).sort();
  // An entry whose catch is gone goes too.
  expect(places(found)).toEqual(places(allowed));
});
