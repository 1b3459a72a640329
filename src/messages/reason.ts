import type { Reason } from '../core/reason.ts';
import { stopped } from './format.ts';

/** Reasons one line each: what the rule found with its sums, the rule's name, and what lets it through. */
export function reasonLines(reasons: readonly Reason[]): string[] {
  const found = reasons.map(({ text, rule }) => `${text.replace(/\.$/, '')} [${rule}].`);
  const nexts = new Set(reasons.map(({ next }) => next));
  if (nexts.size === 1) return [...found, ...[...nexts].map(advice)];
  return found.map((line, index) => `${line} ${advice(reasons[index]?.next ?? '')}`);
}

/** What lets it through is written as an order: only its first letter tells that a sentence begins. */
function advice(next: string): string {
  return stopped(`${next.slice(0, 1).toUpperCase()}${next.slice(1)}`);
}
