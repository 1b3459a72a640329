/** One problem of a config, or a note on it: where, what was expected, what was found, and what to do. */
export interface ConfigIssue {
  /** `targets.hub-westus.list`; empty for the document itself. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
  /** What to do, where that can be said; else empty. */
  readonly hint: string;
  /** Place in the text, counted from 1; absent if the document was not read from text. */
  readonly line?: number;
  readonly column?: number;
}

export type JsonPath = readonly (string | number)[];

/** An issue with its path still in parts, before its place in the text is known. */
export interface Finding {
  /** A `note` does not prevent the use of the config. */
  readonly severity: 'error' | 'note';
  readonly path: JsonPath;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** Thrown for a config that cannot be used, with all its problems. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(file: string, issues: readonly ConfigIssue[]) {
    const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    super([`${count} in ${file}. Nothing was started or changed.`, ...issues.map((it) => issueText(it))].join('\n'));
    this.issues = issues;
  }
}

/** An issue on one or two lines, for people. */
export function issueText(issue: ConfigIssue): string {
  const place = issue.line === undefined ? '' : `${issue.line}:${issue.column} `;
  const where = issue.path === '' ? 'the document' : issue.path;
  const hint = issue.hint === '' ? '' : `\n      ${issue.hint}`;
  return `  ${place}${where}: expected ${issue.expected}; got ${issue.got}${hint}`;
}

/** `targets.hub.entries[3]`; a key with other characters than letters, digits, `_`, `-` and `$` is quoted in brackets. */
export function pathText(path: JsonPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\w$-]+$/.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** A value of the document, in a few words. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = withoutCredentials(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A text with the login and the signature of each address in it left out: they are secrets wherever they stand. */
function withoutCredentials(text: string): string {
  return text
    .replace(/:\/\/[^/@\s"]{1,200}@/g, '://...@')
    .replace(/([?&](?:sig|signature|token|key|code)=)[^&\s"]{1,500}/gi, '$1...');
}
