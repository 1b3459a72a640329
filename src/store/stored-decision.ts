import type { Decision, HoldAnswer } from '../core/decisions/decision.ts';

/**
 * Decisions in storage keep the words of the first version, so that every version reads what another one recorded: `keep` and
 * `remove` of a gain too, where `keep` lets it in, and `keep-part` for a declined part.
 */
export type StoredDecision =
  | Exclude<Decision, { kind: 'decline' | 'answer' }>
  | Renamed<Extract<Decision, { kind: 'decline' }>, { readonly kind: 'keep-part' }>
  | Renamed<Extract<Decision, { kind: 'answer' }>, { readonly answer: 'keep' | 'remove' }>;

type Renamed<T, Words> = Omit<T, keyof Words> & Words;

const stored: Readonly<Record<HoldAnswer, 'keep' | 'remove'>> = {
  keep: 'keep',
  remove: 'remove',
  allow: 'keep',
  block: 'remove',
};

export function storedDecision(decision: Decision): StoredDecision {
  switch (decision.kind) {
    case 'decline':
      return { ...decision, kind: 'keep-part' };
    case 'answer':
      return { ...decision, answer: stored[decision.answer] };
    default:
      return decision;
  }
}

/** Of which kind a hold is follows from its id: answers to gains are told apart by that. */
export function readDecision(decision: StoredDecision): Decision {
  switch (decision.kind) {
    case 'keep-part':
      return { ...decision, kind: 'decline' };
    case 'answer':
      return isGain(decision.hold) ? { ...decision, answer: decision.answer === 'keep' ? 'allow' : 'block' } : decision;
    default:
      return decision;
  }
}

/** `Storage.WestUS-gain-278-1a2b3c4d`; of a part that was answered alone, with its own hash behind that. */
function isGain(hold: string): boolean {
  return /-gain-\d+-[0-9a-f]{8}(-[0-9a-f]{8})?$/.test(hold);
}
