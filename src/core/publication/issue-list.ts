import { visibleStart } from '../visible-text.ts';
import type { Issue } from './catalog.ts';

/** Enough for a person to see what is wrong; a file of rubbish must not cost a message for each of its rows. */
const kept = 1000;

/** Names of properties and tags are in the texts, and may be as long as the file. */
const longestText = 300;

/** Collects the problems of one document and counts those beyond the first thousand. */
export class IssueList {
  readonly #issues: Issue[] = [];
  #more = 0;
  readonly #ofValues = new Map<number, Issue[]>();
  #elsewhere = false;

  add(path: string, expected: string, got: string): void {
    const issue = { path: short(path), expected: short(expected), got: short(got) };
    const isListed = this.#issues.length < kept;
    const index = /^values\[(\d+)\]/.exec(path)?.[1];
    const own = index === undefined ? undefined : this.#ofValues.get(Number(index));
    if (index === undefined) this.#elsewhere = true;
    else if (own === undefined) this.#ofValues.set(Number(index), [issue]);
    else if (isListed) own.push(issue);
    if (isListed) this.#issues.push(issue);
    else this.#more++;
  }

  /** How many problems were found. */
  get count(): number {
    return this.#issues.length + this.#more;
  }

  /**
   * Problems by the index of their value: at least the first of each value that has one. Undefined if there is a problem
   * outside of single values.
   */
  ofValues(): ReadonlyMap<number, readonly Issue[]> | undefined {
    return this.#elsewhere ? undefined : this.#ofValues;
  }

  /** Problems in the order they were found; the last one says how many more there are. */
  toIssues(): readonly Issue[] {
    if (this.#more === 0) return this.#issues;
    const more = `and ${this.#more} more problems`;
    return [...this.#issues, { path: 'document', expected: 'no problems', got: more }];
  }
}

/** On one line and without signs that a terminal obeys: parts of the document are in it, and JSON.parse quotes them raw. */
function short(text: string): string {
  return visibleStart(text, longestText);
}

/** One line for people: where, what was expected, what came. */
export function formatIssue(issue: Issue): string {
  return `${issue.path}: expected ${issue.expected}, got ${issue.got}`;
}

/** How many issues a text for people names. */
const maxIssuesTold = 5;

/** The first few issues as sentences, and how many more there are. */
export function issueTexts(issues: readonly Issue[]): string[] {
  const texts = issues.slice(0, maxIssuesTold).map(formatIssue);
  return issues.length > maxIssuesTold ? [...texts, `and ${issues.length - maxIssuesTold} more`] : texts;
}

/** A JSON value as shown in messages, short and on one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
