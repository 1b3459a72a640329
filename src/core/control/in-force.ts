import { isEmpty, type Sets, setsOf, subtract } from '../address/sets.ts';
import { isHostName } from '../host-name.ts';
import type { AnswerWord, ApproveWord, KeepPartWord, PauseWord, PinWord, Word } from './word.ts';

/** An approval with what it still covers. */
export interface Approval {
  readonly word: ApproveWord;
  readonly covers: Sets;
  /** Host names that it still covers, of a target of names. */
  readonly names: readonly string[];
}

/** What people's words add up to at a moment. */
export interface InForce {
  /** The pause of everything, if there is one. */
  readonly paused?: PauseWord;
  /** Pauses by target. */
  readonly pausedTargets: ReadonlyMap<string, PauseWord>;
  readonly pin?: PinWord;
  /** Approvals that cover something, oldest first. */
  readonly approvals: readonly Approval[];
  readonly keptParts: readonly KeepPartWord[];
  /** The latest answer to each hold. */
  readonly answers: ReadonlyMap<string, AnswerWord>;
}

/** Folds all words, oldest first, into what is in force now. */
export function inForceAt(words: readonly Word[], now: Date): InForce {
  const at = now.toISOString();
  const open = (until: string | undefined): boolean => until === undefined || at < until;
  let paused: PauseWord | undefined;
  let pin: PinWord | undefined;
  const pausedTargets = new Map<string, PauseWord>();
  const approvals = new Map<string, Approval>();
  const keptParts = new Map<string, KeepPartWord>();
  const answers = new Map<string, AnswerWord>();
  for (const word of words) {
    switch (word.kind) {
      case 'pause':
        if (word.target === undefined) paused = word;
        else pausedTargets.set(word.target, word);
        break;
      case 'resume':
        if (word.target === undefined) {
          paused = undefined;
          pausedTargets.clear();
        } else pausedTargets.delete(word.target);
        break;
      case 'pin':
        pin = word;
        break;
      case 'unpin':
        pin = undefined;
        break;
      case 'approve':
        approvals.set(word.id, { word, covers: setsOf(word.ranges), names: word.ranges.filter(isHostName) });
        break;
      case 'keep-part':
        keptParts.set(word.id, word);
        break;
      case 'withdraw':
        approvals.delete(word.word);
        keptParts.delete(word.word);
        break;
      case 'done': {
        const approval = approvals.get(word.word);
        const done = setsOf(word.ranges);
        if (approval) {
          approvals.set(word.word, {
            word: approval.word,
            covers: subtract(approval.covers, done),
            names: approval.names.filter((name) => !word.ranges.includes(name)),
          });
        }
        break;
      }
      case 'answer':
        answers.set(word.hold, word);
        break;
      case 'accept-publication':
        break;
    }
  }
  for (const [target, word] of pausedTargets) if (!open(word.until)) pausedTargets.delete(target);
  return {
    ...(paused && open(paused.until) ? { paused } : {}),
    pausedTargets,
    ...(pin && open(pin.until) ? { pin } : {}),
    approvals: [...approvals.values()].filter(
      ({ word, covers, names }) => open(word.expires) && !(isEmpty(covers) && names.length === 0),
    ),
    keptParts: [...keptParts.values()].filter(({ until }) => open(until)),
    answers,
  };
}
