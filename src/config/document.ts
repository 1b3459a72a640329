import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { mostNesting } from '../core/json.ts';
import type { Finding, JsonPath } from './issue.ts';

/** Enough to see what is wrong; a text that is no JSON at all has one at each character. */
const mostSyntaxErrors = 100;

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A JSON text with comments, read. */
export interface JsonDocument {
  readonly value: unknown;
  /** Broken syntax, with its place, and keys whose values would be lost. */
  readonly findings: readonly (Finding & { readonly place?: Place })[];
  /** The place of a path in the text: its key if it has one, else its value; for an absent one, its nearest ancestor. */
  place(path: JsonPath): Place | undefined;
}

/** Reads JSON with comments and trailing commas. Never throws: problems are in `findings`. */
export function readDocument(text: string): JsonDocument {
  const deep = firstTooDeep(text);
  if (deep !== undefined) {
    const finding = {
      severity: 'error' as const,
      path: [],
      expected: `nesting of at most ${mostNesting} objects and arrays`,
      got: 'one more inside of it',
      hint: 'see the example config for its form',
      place: placeOf(text, deep),
    };
    return { value: undefined, findings: [finding], place: () => undefined };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  // A missing bracket is reported once by each level around it.
  const distinct = new Map(errors.map((error) => [`${error.error} ${error.offset}`, error]));
  const syntax = [...distinct.values()].slice(0, mostSyntaxErrors).map((error) => ({
    severity: 'error' as const,
    path: [],
    expected: 'JSON (comments are allowed)',
    got: `broken syntax: ${spaced(printParseErrorCode(error.error))}`,
    hint: '',
    place: placeOf(text, error.offset),
  }));
  return {
    value: root === undefined ? undefined : getNodeValue(root),
    findings: [...syntax, ...(root === undefined ? [] : lostKeys(root, [], text))],
    place: (path) => {
      for (let length = path.length; length >= 0 && root !== undefined; length--) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node !== undefined)
          return placeOf(text, node.parent?.type === 'property' ? node.parent.offset : node.offset);
      }
      return undefined;
    },
  };
}

/** Offset of the first bracket that is too deep; undefined if none is. What reads and checks a config walks it level by level. */
function firstTooDeep(text: string): number | undefined {
  const scanner = createScanner(text, true);
  let depth = 0;
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    // A string or a comment begins with another sign.
    const sign = text.charAt(scanner.getTokenOffset());
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    if (depth > mostNesting) return scanner.getTokenOffset();
  }
  return undefined;
}

/**
 * Keys whose values get lost, so that a part of the text would not count: parsers silently take the last of two equal keys, and
 * what stands under `__proto__` is no property of the object.
 */
function lostKeys(node: Node, path: JsonPath, text: string): (Finding & { readonly place: Place })[] {
  const found: (Finding & { readonly place: Place })[] = [];
  const seen = new Map<string, Place>();
  (node.children ?? []).forEach((child, index) => {
    if (node.type === 'array') found.push(...lostKeys(child, [...path, index], text));
    const [key, value] = child.children ?? [];
    if (node.type !== 'object' || key === undefined) return;
    const name: string = getNodeValue(key);
    const place = placeOf(text, key.offset);
    const first = seen.get(name);
    if (first !== undefined) {
      found.push({
        severity: 'error',
        path: [...path, name],
        expected: 'each key once',
        got: `${JSON.stringify(name)} again; it is on line ${first.line} already`,
        hint: 'rename or remove one of the two',
        place,
      });
    }
    if (name === '__proto__') {
      const texts = { expected: 'any other name', got: JSON.stringify(name), hint: 'rename it' };
      found.push({ severity: 'error', path: [...path, name], ...texts, place });
    }
    seen.set(name, first ?? place);
    if (value !== undefined) found.push(...lostKeys(value, [...path, name], text));
  });
  return found;
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** "CommaExpected" as "comma expected". The text itself is not shown: it may hold a secret. */
function spaced(code: string): string {
  return code.replace(/(?<!^)[A-Z]/g, ' $&').toLowerCase();
}
