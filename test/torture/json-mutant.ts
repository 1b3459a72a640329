import fc from 'fast-check';
import { isObject } from '../../src/core/json.ts';

/** One change of a document at a place of it; `at` and `other` count the places, over and over. */
interface Edit {
  readonly how: (typeof edits)[number];
  readonly at: number;
  readonly other: number;
  readonly value: unknown;
}

interface TextEdit {
  readonly how: (typeof textEdits)[number];
  readonly at: number;
}

export interface Mutant {
  readonly edits: readonly Edit[];
  readonly text?: TextEdit | undefined;
}

type Place = { readonly parent: unknown[] | Record<string, unknown>; readonly key: string | number };

const edits = ['replace', 'replace', 'remove', 'rename', 'double', 'copy over', 'swap', 'wrap'] as const;
const textEdits = [
  ...(['cut', 'flip a bit', 'insert a control sign', 'repeat a piece', 'byte order mark', 'lone surrogate'] as const),
  ...(['huge number', 'nested', 'white space', 'carriage returns', 'repeat a property', 'utf-16'] as const),
];

const deep = (levels: number): unknown => (levels === 0 ? [] : [deep(levels - 1)]);

/** Values that programs trip over: of another type, at an edge, or a text that means something to whoever shows it. */
export const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', [], {}, [[]], [null], deep(40)],
  ...['__proto__', 'constructor', 'toString', 'undefined', 'NaN', '0', '-1', '1e9', 'x'.repeat(5_000)],
  ...['0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/8', '1.2.3.4/33', '01.2.3.4/32', '1.2.3.4/24', '1.2.3.4', '1.2.3/24'],
  ...['2001:DB8::/32', '2001:db8::1/32', '::ffff:1.2.3.4/128', '2001:db8::/129', '20.60.0.0/24 ', '٢٠.60.0.0/24'],
  ...['\u0000', '\u202egnp', '\ufeff', '\ud800', 'a\r\nb: c', '\u001b[31mred\u001b[0m', '<script>alert(1)</script>'],
  ...['=cmd|calc!A1', "' or 1 eq 1 or '", '../../etc/passwd', '%2e%2e%2f', 'http://169.254.169.254/latest', '$env'],
  ...[{ __proto__: null, length: -1 }, { $env: 'PATH' }, { kind: 'x' }, { toString: 1 }, '2024-02-30', '9999-12-31'],
];

const count = fc.nat(1_000_000);
const edit: fc.Arbitrary<Edit> = fc.record({
  how: fc.constantFrom(...edits),
  at: count,
  other: count,
  value: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...oddValues) }, { weight: 1, arbitrary: fc.jsonValue() }),
});

/** One to three edits of the document, and now and then one of its text. */
export const mutant: fc.Arbitrary<Mutant> = fc.record({
  edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  text: fc.option(fc.record({ how: fc.constantFrom(...textEdits), at: count }), { freq: 3, nil: undefined }),
});

/** A document with the edits made. The document is left as it is. */
export function editedBy({ edits: all }: Mutant, document: unknown): unknown {
  const root = { document: structuredClone(document) };
  for (const one of all) {
    const places = placesIn(root);
    const [place, other] = [places[one.at % places.length], places[one.other % places.length]];
    if (place !== undefined && other !== undefined) take(one, place, other);
  }
  return root.document;
}

/** The bytes of a document with all edits made, those of the text last. */
export function bytesBy(mutated: Mutant, document: unknown): Uint8Array {
  const text = JSON.stringify(editedBy(mutated, document), undefined, 2) ?? '';
  return mutated.text === undefined ? Buffer.from(text) : torn(mutated.text, text);
}

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (Array.isArray(value)) {
    for (const [key, member] of value.entries()) {
      found.push({ parent: value, key });
      placesIn(member, found);
    }
  } else if (isObject(value)) {
    const parent: Record<string, unknown> = value;
    for (const key of Object.keys(parent)) {
      found.push({ parent, key });
      placesIn(parent[key], found);
    }
  }
  return found;
}

function valueAt({ parent, key }: Place): unknown {
  return Reflect.get(parent, key);
}

/** Also under the name `__proto__`, which a plain assignment would not set. */
function setAt({ parent }: Place, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, { value, configurable: true, enumerable: true, writable: true });
}

function take({ how, value }: Edit, place: Place, other: Place): void {
  const { parent, key } = place;
  const before = valueAt(place);
  if (how === 'replace') setAt(place, key, structuredClone(value));
  else if (how === 'wrap') setAt(place, key, [before]);
  else if (how === 'copy over') setAt(place, key, structuredClone(valueAt(other)));
  else if (how === 'swap') {
    const [mine, theirs] = [structuredClone(before), structuredClone(valueAt(other))];
    setAt(place, key, theirs);
    setAt(other, other.key, mine);
  } else if (Array.isArray(parent)) {
    if (how === 'double') parent.push(structuredClone(before));
  } else if (how === 'rename' || how === 'double') setAt(place, nameFor(value), structuredClone(before));
  if (how === 'rename' || how === 'remove') {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  }
}

function nameFor(value: unknown): string {
  return typeof value === 'string' ? value : 'other';
}

function torn({ how, at }: TextEdit, text: string): Uint8Array {
  const place = text.length === 0 ? 0 : at % text.length;
  const [before, after] = [text.slice(0, place), text.slice(place)];
  const bytes = Buffer.from(text);
  const flipped = bytes.length === 0 ? 0 : at % bytes.length;
  switch (how) {
    case 'cut':
      return Buffer.from(before);
    case 'flip a bit':
      return bytes.map((byte, index) => (index === flipped ? byte ^ (1 << (at % 8)) : byte));
    case 'insert a control sign':
      return Buffer.from(`${before}${String.fromCharCode(at % 32)}${after}`);
    case 'repeat a piece':
      return Buffer.from(`${before}${after.slice(0, 200)}${after}`);
    case 'byte order mark':
      return Buffer.from(`\ufeff${text}`);
    case 'lone surrogate':
      return Buffer.from(`${before}\\ud800${after}`);
    case 'huge number':
      return Buffer.from(text.replace(/\d+/, '9'.repeat(400)));
    case 'nested':
      return Buffer.from(`${before}${'['.repeat(5_000)}${after}`);
    case 'white space':
      return Buffer.from(`${before}${' \n\t'.repeat(5_000)}${after}`);
    case 'carriage returns':
      return Buffer.from(text.replaceAll('\n', '\r\n'));
    case 'repeat a property':
      return Buffer.from(text.replace(/^(\s*"\w+": [^\n]*,)$/m, '$1\n$1'));
    case 'utf-16':
      return Buffer.from(text, 'utf16le');
  }
}

/** What an arbitrary draws for a case, the same each time. */
export function drawn<T>(values: fc.Arbitrary<T>, seed: number): T {
  const [value] = fc.sample(values, { numRuns: 1, seed: seed | 0 });
  if (value === undefined) throw new Error('expected a value of the arbitrary, got none');
  return value;
}
