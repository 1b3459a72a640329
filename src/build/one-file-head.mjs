// The head of the one file that the command line is built into; src/build/command-line.ts puts the parts behind it. Each part
// is a chunk of the bundle, compressed, and is read when something imports it: to parse all of them takes a quarter of a second.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { inflateRawSync } from 'node:zlib';

const here = import.meta.url;
const mark = `${here}?part=`;
const text = readFileSync(new URL(here), 'latin1');
/** By file name, base64: it has no asterisk, so that nothing in a part ends the comment that holds them all. */
const parts = JSON.parse(text.slice(text.lastIndexOf('/*') + 2, text.lastIndexOf('*/')));

module.registerHooks({
  resolve(specifier, context, next) {
    const name = specifier.slice(specifier.lastIndexOf('/') + 1);
    const isPart = specifier.startsWith('.') && context.parentURL?.startsWith(here) && name in parts;
    return isPart ? { url: mark + name, format: 'module', shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith(mark)) return next(url, context);
    const source = inflateRawSync(Buffer.from(parts[url.slice(mark.length)], 'base64'));
    return { format: 'module', source, shortCircuit: true };
  },
});

await import('./cli.mjs');
