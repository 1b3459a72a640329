import type { Notice } from '../core/notice.ts';
import { quantity } from './format.ts';

/**
 * Lines up to a limit of characters (line ends included), then the number of sentences left out and where the full text
 * is. Leaves out whole sentences, from the end; never cuts one.
 * @param size length of a line as the channel counts it; characters by default.
 */
export function fitted(
  lines: readonly string[],
  most: number,
  where: string,
  size: (line: string) => number = (line) => line.length,
): string[] {
  const total = (all: readonly string[]) => all.reduce((sum, line) => sum + size(line) + 1, 0);
  if (total(lines) <= most) return [...lines];
  const kept: string[] = [];
  let left = lines.reduce((sum, line) => sum + sentencesOf(line).length, 0);
  let room = most - size(rest(left, where)) - 1;
  for (const line of lines) {
    const sentences = sentencesOf(line);
    let fitting = sentences.length;
    while (fitting > 0 && size(sentences.slice(0, fitting).join(' ')) + 1 > room) fitting--;
    if (fitting > 0) {
      const part = sentences.slice(0, fitting).join(' ');
      kept.push(part);
      room -= size(part) + 1;
      left -= fitting;
    }
    if (fitting < sentences.length) break;
  }
  return [...kept, rest(left, where)];
}

function rest(left: number, where: string): string {
  return `… and ${quantity(left, 'more sentence')}; ${where}.`;
}

/** A sentence ends with a stop that is followed by white space and a capital letter. */
function sentencesOf(line: string): string[] {
  return line.split(/(?<=[.!?…]) (?=\p{Lu})/u);
}

/** Where the full text of a notice is. */
export function whereAll({ run, links = [] }: Notice): string {
  const page = links.find(({ rel }) => rel === 'run');
  if (page !== undefined) return `full text: ${page.url}`;
  return run === undefined ? 'full text: the list of runs' : `full text: run ${run}`;
}

/** Escapes the three characters that HTML and Slack reserve. */
export function withEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
