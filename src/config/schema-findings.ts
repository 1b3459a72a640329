import * as z from 'zod';
import { nearest } from '../core/nearest.ts';
import { type Finding, type JsonPath, valueText } from './issue.ts';

/**
 * Checks a value against a schema. Gives the parsed value, or all its problems, each with its path below `at`.
 * A literal in place of a secret is never repeated.
 */
export function checkSchema<T>(
  schema: z.ZodType<T>,
  value: unknown,
  at: JsonPath = [],
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] } {
  const knownKeys = new Map<string, readonly string[]>();
  const secrets = new Set<string>();
  const result = schema.safeParse(value, {
    // The only place where zod still knows which schema an issue came from.
    error: (issue) => {
      const key = JSON.stringify(issue.path ?? []);
      if (issue.inst instanceof z.ZodType && issue.inst.meta()?.secret === true) secrets.add(key);
      if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) {
        knownKeys.set(key, Object.keys(issue.inst.shape));
      }
      return expectation(issue);
    },
  });
  if (result.success) return { ok: true, value: result.data };
  const findings = result.error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
    const key = JSON.stringify(path);
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, [...at, ...path], knownKeys.get(key) ?? []);
    if (issue.code === 'invalid_key') return [badKey(issue, [...at, ...path])];
    const found = valueAt(value, path);
    const params = issue.code === 'custom' ? issue.params : undefined;
    const isSecret = secrets.has(key) || path.at(-1) === '$env' || params?.secret === true;
    const hidden = typeof found === 'string' && isSecret;
    return [
      {
        severity: 'error' as const,
        path: [...at, ...path],
        expected: issue.message,
        got: hidden ? 'a text, which is not shown here' : valueText(found),
        hint: hidden && params?.hint === undefined ? intoSetting : hintFor(issue, found),
      },
    ];
  });
  return { ok: false, findings };
}

const intoSetting = 'put the secret into an environment setting and name that setting';

function unknownKeys(keys: readonly string[], path: JsonPath, known: readonly string[]): Finding[] {
  return keys.map((key) => ({
    severity: 'error',
    path: [...path, key],
    expected: known.length === 0 ? 'no further keys' : `one of ${[...known].sort().join(', ')}`,
    got: `the unknown key ${JSON.stringify(key)}`,
    hint: nearest(key, known),
  }));
}

function badKey(issue: z.core.$ZodIssueInvalidKey, path: JsonPath): Finding {
  return {
    severity: 'error',
    path,
    expected: `a name of ${issue.issues[0]?.message ?? 'another form'}`,
    got: valueText(path.at(-1)),
    hint: '',
  };
}

/** What a schema expects, for issues whose schema has no text of its own. */
function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return oneOf((issue as { options?: readonly unknown[] }).options ?? []);
    case 'too_small':
      return `${bound(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `${bound(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_format':
      return `a text of the form ${issue.format}`;
    default:
      return 'something else';
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function bound(origin: string, word: string, limit: number | bigint): string {
  if (origin === 'string') return `a text of ${word} ${limit} characters`;
  if (origin === 'array') return `a list of ${word} ${limit}`;
  return `${word} ${limit}`;
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => JSON.stringify(value));
  return texts.length === 1 ? `${texts[0]}` : `one of ${texts.join(', ')}`;
}

function hintFor(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.code === 'custom' && typeof issue.params?.hint === 'string') return issue.params.hint;
  if (typeof found !== 'string') return '';
  const options =
    issue.code === 'invalid_value'
      ? issue.values
      : issue.code === 'invalid_union'
        ? ((issue as { options?: readonly unknown[] }).options ?? [])
        : [];
  return nearest(
    found,
    options.filter((option) => typeof option === 'string'),
  );
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const part of path) at = isRecord(at) ? at[part] : undefined;
  return at;
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
