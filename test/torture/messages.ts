import { visible } from '../../src/core/visible-text.ts';

/** An issue of any kind of document. */
interface Told {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Most characters of one part of a message: a person reads it. */
const longest = 2_000;
/** Words of a program that met what it did not expect. */
const internal =
  /Cannot read prop|is not a function|is not iterable|Cannot convert undefined|\[object Object\]|node_modules|\n {4}at /;

/** What is wrong with how a bad document is refused: each issue says where, what was expected and what came. */
export function badlyTold(issues: readonly Told[]): string[] {
  if (issues.length === 0) return ['expected at least one issue of what is refused, got none'];
  return issues.flatMap((issue) =>
    (['path', 'expected', 'got'] as const).flatMap((part) => {
      const why = partProblem(part, issue[part]);
      return why === undefined ? [] : [`an issue's "${part}" ${why}: ${JSON.stringify(issue).slice(0, 400)}`];
    }),
  );
}

/** What is wrong with a text for people that may show anything of a bad document. */
export function badText(text: string): string | undefined {
  return internal.test(text) ? 'shows the inside of the program' : undefined;
}

function partProblem(part: keyof Told, text: string): string | undefined {
  if (typeof text !== 'string') return `is ${typeof text}`;
  // The document itself has no path.
  if (text.trim() === '' && part !== 'path') return 'is empty';
  if (text.length > longest) return `has ${text.length} characters`;
  // Issues are one line.
  if (visible(text) !== text) return 'has signs that a terminal obeys';
  return badText(text);
}
