import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whyNotTicketPattern } from '../src/core/decisions/ticket-pattern.ts';

// A repetition of a group that holds a repetition is how an expression takes minutes on a line that others write.

/** Expressions that hold one and cannot divide a text in two ways, each with its reason. */
const allowed: ReadonlyMap<string, string> = new Map([
  [String.raw`^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$`, 'a dot begins each part and is in none'],
  [String.raw`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`, 'a dot begins each part and is in none'],
  [
    String.raw`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$`,
    'a dot begins each part and is in none; within a part one place is where it ends',
  ],
  [
    String.raw`^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$`,
    'a dot begins each part and is in none; within a part one place is where it ends',
  ],
  [String.raw`^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$`, 'a dot begins each part and is in none'],
  ['^[a-z0-9](-?[a-z0-9])*$', 'each turn takes one letter, and the hyphen before it if there is one'],
  [String.raw`^\d+(\.\d+){3}$`, 'a dot begins each part and is in none'],
  [
    String.raw`\\(?:[pPu]\{[^}]*\}|k<[^>]*>|.)|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:<?[=!]|[:<]|[a-z-]*:))?|(?:[*+?]|\{\d+(?:,\d*)?\})\??|.`,
    'each alternative begins with another sign',
  ],
]);

const root = join(import.meta.dirname, '..');

/** Regular expressions of a source text, as they stand there. */
function expressionsIn(text: string): string[] {
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const literal =
    /(?:[(=,:!&|?[{;>]\s*|\breturn\s+|^\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/[dgimsuvy]*(?=\s*[.,;)\]]|$)/gm;
  return [...code.matchAll(literal)].map(([, expression = '']) => expression);
}

/** Whether it repeats a group that repeats something; assertions take nothing and count as groups. */
function isNested(expression: string): boolean {
  const groups = expression.replace(/\(\?(?:<?[=!]|<\w+>)/g, '(?:');
  return whyNotTicketPattern(groups)?.includes('repetition of a group') ?? false;
}

test.each([
  ['const a = /b(c+)+/;', ['b(c+)+'], true],
  ['x.replace(/[/]a/g, b)', ['[/]a'], false],
  ['// see /(a+)+/ there', [], false],
  ['return /(?:a|b)*c/.test(x);', ['(?:a|b)*c'], true],
])('%s', (text, expressions, nested) => {
  expect(expressionsIn(text)).toEqual(expressions);
  expect(expressions.some(isNested)).toBe(nested);
});

test('no expression in the sources repeats what repeats, but for those that are known to end soon', () => {
  const found = globSync('{src,functions}/**/*.ts', { cwd: root }).flatMap((file) =>
    expressionsIn(readFileSync(join(root, file), 'utf8')),
  );
  expect(found.length).toBeGreaterThan(90);
  const nested = [...new Set(found.filter(isNested))].sort();
  expect(nested).toEqual([...allowed.keys()].sort());
});
