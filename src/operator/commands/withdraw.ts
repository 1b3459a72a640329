import type { Decision } from '../../core/decisions/decision.ts';
import { withdrawAnswer } from '../../core/judge/answer.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';

/**
 * Why a decision cannot be withdrawn, with what to do instead; undefined if it can. Withdrawing puts the state back to where
 * it was asked, as far as that has not been carried out in a way that only another decision undoes.
 */
export async function whyNotWithdrawn(
  context: Pick<RunContext, 'ledgers' | 'targetRecords'>,
  { words, active }: DecisionState,
  id: string,
): Promise<string | undefined> {
  const word = words.find((one) => one.id === id);
  if (!word) return `there is no decision ${id}: \`changes\` and the notices name them`;
  if (active.withdrawn.has(id)) return `decision ${id} is withdrawn already`;
  const expired = `decision ${id} is done, expired or replaced by a later one: there is nothing left of it to withdraw`;
  switch (word.kind) {
    case 'approve':
      return active.approvals.some((one) => one.word.id === id) ? undefined : expired;
    case 'keep-part':
      return active.keptParts.some((one) => one.id === id) ? undefined : expired;
    // Who may resume or unpin is not who may answer.
    case 'pause':
      return `${id} is a pause: \`resume\` ends it`;
    case 'pin':
      return `${id} is a pin: \`unpin\` ends it`;
    case 'answer':
      return (await isAnswerLeft(context, word)) ? undefined : expired;
    case 'accept-publication':
      return (await context.ledgers.current())?.ledger.source?.wordsTaken.includes(id)
        ? `the file is in force since decision ${id}: to go back to the one before, pin that publication`
        : undefined;
    case 'resume':
      return 'a resume cannot be withdrawn: pause again';
    case 'unpin':
      return 'an unpin cannot be withdrawn: pin again';
    case 'withdraw':
    case 'done':
      return `${id} records that a decision was ${word.kind === 'done' ? 'carried out' : 'withdrawn'}: decide again instead`;
  }
}

/** Whether an answer still does something: it is not taken up yet, the ledger has its traces, or its hold of a target is open. */
async function isAnswerLeft(
  context: Pick<RunContext, 'ledgers' | 'targetRecords'>,
  { id, hold }: Decision & { readonly kind: 'answer' },
): Promise<boolean> {
  const ledger = (await context.ledgers.current())?.ledger;
  if (ledger && withdrawAnswer(ledger, id) !== undefined) return true;
  const open = [...(ledger?.tags.values() ?? [])].some(({ holds }) => holds.some((one) => one.id === hold));
  if (open && !ledger?.answered?.includes(id)) return true;
  return (await context.targetRecords.all()).some(({ holds }) => holds.some((one) => one.id === hold));
}
