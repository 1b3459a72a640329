import { endOfString, mostNesting } from '../json.ts';
import type { IssueList } from './issue-list.ts';
import { excessIn } from './json-bounds.ts';

/**
 * The JSON value in a document's bytes, or undefined after noting why there is none. What downloads really turn into is
 * named: nothing at all, a page for people, half a file, another encoding.
 */
export function readJsonDocument(bytes: Uint8Array, issues: IssueList): { readonly value: unknown } | undefined {
  if (bytes.length === 0) {
    issues.add('document', 'JSON', 'an empty body');
    return undefined;
  }
  const text = decode(bytes, issues);
  if (text === undefined) return undefined;
  const body = text.trimStart();
  if (body === '') {
    issues.add('document', 'JSON', `${bytes.length} bytes of white space`);
    return undefined;
  }
  if (body.startsWith('<')) {
    const page = /^<(!doctype\s+html|html|head|body)/i.test(body) ? 'an HTML page' : 'markup';
    issues.add('document', 'JSON', `${page} starting with ${excerpt(body.slice(0, 100))}`);
    return undefined;
  }
  const excess = excessIn(text);
  if (excess !== undefined) {
    issues.add('document', excess.expected, excess.got);
    return undefined;
  }
  const value = parse(text, bytes.length, issues);
  if (value === undefined) return undefined;
  const strings = countStrings(value.value, 1);
  if (strings === 'too deep') {
    const got = 'one more inside of it';
    issues.add(firstTooDeep(text), `nesting of at most ${mostNesting} objects and arrays`, got);
    return undefined;
  }
  for (const path of duplicateProperties(text, strings)) {
    issues.add(path, 'every property once', 'the same property again');
  }
  return value;
}

function decode(bytes: Uint8Array, issues: IssueList): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return notUtf8('UTF-16 (little endian)', issues);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return notUtf8('UTF-16 (big endian)', issues);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return notUtf8('gzip data', issues);
  let body = bytes;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    issues.add('document', 'UTF-8 without a byte order mark', 'a byte order mark (EF BB BF)');
    body = bytes.subarray(3);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    // The error of a fatal decoder. Where it struck, it does not say.
    if (!(error instanceof TypeError)) throw error;
    const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body).split('\ufffd', 1)[0] ?? '';
    const at = bytes.length - body.length + new TextEncoder().encode(before).length;
    const around = [...bytes.subarray(at, at + 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return notUtf8(`bytes that are not UTF-8 at byte ${at} (${around})`, issues);
  }
}

function notUtf8(got: string, issues: IssueList): undefined {
  issues.add('document', 'UTF-8', got);
  return undefined;
}

function parse(text: string, bytes: number, issues: IssueList): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const complaint = error.message;
    const position = Number(/at position (\d+)/.exec(complaint)?.[1] ?? Number.NaN);
    const complete = text.trimEnd();
    // V8 complains at the very end, or about a string without an end, if and only if the document stops too early.
    if (/^Unexpected end|^Unterminated string/.test(complaint) || position >= complete.length) {
      const end = `a truncated document that ends at byte ${bytes} with ${excerpt(complete.slice(-40))}`;
      issues.add('document', 'complete JSON', end);
    } else {
      const place = Number.isNaN(position)
        ? ''
        : ` near ${excerpt(text.slice(Math.max(0, position - 20), position + 20))}`;
      issues.add('document', 'JSON', `text that is none${place}: ${complaint}`);
    }
    return undefined;
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.replace(/\s+/g, ' '));
}

const QUOTE = 34;

/** An object or array that the walk is inside of. */
interface Frame {
  /** Properties seen; undefined for an array. */
  readonly keys: Set<string> | undefined;
  /** The property or index the walk is at; undefined where a property name comes next. */
  at: string | number | undefined;
}

/**
 * Paths of properties that occur twice in one object of a valid JSON text. `JSON.parse` keeps the last of them without a
 * word, so the same bytes would mean different prefixes to different readers. `strings`: how many are in what it made of
 * the text.
 */
function duplicateProperties(text: string, strings: number): string[] {
  return everyStringSurvived(text, strings) ? [] : walk(text).twice;
}

/**
 * A text has two quotes for every string and one for every escaped quote, and a dropped property takes at least its name
 * along. So counting quotes clears an official file at a fraction of what a walk costs.
 */
function everyStringSurvived(text: string, strings: number): boolean {
  let quotes = 0;
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i + 1)) quotes++;
  return quotes === 2 * strings;
}

/** How many strings a value has, names of properties included; it stops where the nesting is deeper than is read. */
function countStrings(value: unknown, depth: number): number | 'too deep' {
  if (typeof value === 'string') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > mostNesting) return 'too deep';
  const isArray = Array.isArray(value);
  let count = 0;
  for (const item of isArray ? value : Object.values(value)) {
    const inside = countStrings(item, depth + 1);
    if (inside === 'too deep') return inside;
    count += isArray ? inside : 1 + inside;
  }
  return count;
}

/** The path of the first object or array that is as deep as is read and holds another one. */
function firstTooDeep(text: string): string {
  return walk(text, mostNesting).deep ?? 'document';
}

/** Walks a valid JSON text. With `most`, it ends where more objects and arrays than that are inside of each other. */
function walk(text: string, most = Number.POSITIVE_INFINITY): { readonly twice: string[]; readonly deep?: string } {
  const found: string[] = [];
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (frames.length >= most && (code === 0x7b || code === 0x5b)) return { twice: found, deep: pathOf(frames) };
    switch (code) {
      case 0x7b: // {
        frame = { keys: new Set(), at: undefined };
        frames.push(frame);
        break;
      case 0x5b: // [
        frame = { keys: undefined, at: 0 };
        frames.push(frame);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        frames.pop();
        frame = frames.at(-1);
        break;
      case 0x2c: // ,
        if (frame !== undefined) frame.at = frame.keys === undefined ? (frame.at as number) + 1 : undefined;
        break;
      case QUOTE: {
        const end = endOfString(text, i);
        if (frame?.keys !== undefined && frame.at === undefined) {
          const key = text.slice(i, end + 1);
          frame.at = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
          if (frame.keys.has(frame.at)) found.push(pathOf(frames));
          frame.keys.add(frame.at);
        }
        i = end;
        break;
      }
    }
  }
  return { twice: found };
}

function pathOf(frames: readonly Frame[]): string {
  return frames.map(({ keys, at }, i) => (keys === undefined ? `[${at}]` : i === 0 ? at : `.${at}`)).join('');
}
