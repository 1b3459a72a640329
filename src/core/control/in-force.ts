import { type Entries, entriesOf, isNone, noEntries, unite, without } from '../plan/entries.ts';
import type { AnswerWord, ApproveWord, KeepPartWord, PauseWord, PinWord, Word } from './word.ts';

/** An approval with what it still covers. */
export interface Approval {
  readonly word: ApproveWord;
  readonly covers: Entries;
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
  /** Answers to each hold, oldest first. */
  readonly answers: ReadonlyMap<string, readonly AnswerWord[]>;
  /** Ids of the decisions that were withdrawn. */
  readonly withdrawn: ReadonlySet<string>;
}

/**
 * Folds all words, oldest first, into what is in force now. A word that was withdrawn counts as never said: what was before it
 * is in force again.
 */
export function inForceAt(words: readonly Word[], now: Date): InForce {
  const at = now.toISOString();
  const open = (until: string | undefined): boolean => until === undefined || at < until;
  let paused: PauseWord | undefined;
  let pin: PinWord | undefined;
  const pausedTargets = new Map<string, PauseWord>();
  const approvals: Approval[] = [];
  const keptParts = new Map<string, KeepPartWord>();
  const answers = new Map<string, readonly AnswerWord[]>();
  const withdrawn = withdrawnIn(words);
  const done = doneIn(words);
  for (const word of words) {
    if (withdrawn.has(word.id)) continue;
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
        approvals.push({ word, covers: without(entriesOf(word.ranges), done.get(word.id) ?? noEntries) });
        break;
      case 'keep-part':
        keptParts.set(word.id, word);
        break;
      case 'withdraw':
        break;
      case 'done':
        break;
      case 'answer':
        answers.set(word.hold, [...(answers.get(word.hold) ?? []), word]);
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
    approvals: approvals.filter(({ word, covers }) => open(word.expires) && !isNone(covers)),
    keptParts: [...keptParts.values()].filter(({ until }) => open(until)),
    answers,
    withdrawn,
  };
}

/** What each approval let through already, whatever the clock of the worker said that recorded it. */
function doneIn(words: readonly Word[]): ReadonlyMap<string, Entries> {
  const done = new Map<string, Entries>();
  for (const word of words) {
    if (word.kind !== 'done') continue;
    done.set(word.word, unite([done.get(word.word) ?? noEntries, entriesOf(word.ranges)]));
  }
  return done;
}

/** Ids of the words that were withdrawn; a withdrawal that was withdrawn itself takes nothing back. */
export function withdrawnIn(words: readonly Word[]): ReadonlySet<string> {
  const withdrawn = new Set<string>();
  for (const word of words.toReversed()) {
    if (word.kind === 'withdraw' && !withdrawn.has(word.id)) withdrawn.add(word.word);
  }
  return withdrawn;
}
