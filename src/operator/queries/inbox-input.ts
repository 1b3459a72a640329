import { type ApprovalRules, ticketPlaceholder } from '../../core/decisions/authorization.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import type { ResolvedList } from '../../run/lists.ts';
import type { InboxItem } from '../inbox.ts';
import type { PartRemoval } from './part-removals.ts';

/** What the items of an inbox are made of, read once. */
export interface InboxInput {
  readonly context: RunContext;
  readonly ledger: Ledger;
  readonly decisionState: DecisionState;
  readonly lists: Readonly<Record<string, ResolvedList>>;
  readonly now: Date;
  /** By id. */
  readonly short: ReadonlyMap<string, string>;
  /** What speaks against parts that take ranges out, by their id. */
  readonly removals: ReadonlyMap<string, PartRemoval>;
}

/** What a decision needs here: the rules of a target before those of all. */
export function rulesFor({ context }: Pick<InboxInput, 'context'>, target: string | undefined): ApprovalRules {
  const { answers, targets } = context.loaded.config;
  return { ...answers, ...(target === undefined ? {} : targets[target]?.answers) };
}

/** Exact commands, that of the suggested answer first, with a place for a ticket where the rules ask for one. */
export function commandsFor(
  suggested: string,
  answers: readonly { readonly answer: string; readonly words: string }[],
  { ticket }: ApprovalRules,
): InboxItem['commands'] {
  const more = ticket === undefined ? '' : ` --ticket "${ticketPlaceholder(ticket)}"`;
  return [...answers]
    .sort((a, b) => Number(b.answer === suggested) - Number(a.answer === suggested))
    .map(({ answer, words }) => ({ answer, command: `npm run -s cli -- ${words} --why "..."${more}` }));
}
