import { type AnswerRules, checkWord, type WordCheck } from '../../core/control/approval-rules.ts';
import type { Word } from '../../core/control/word.ts';
import { WordRefused } from '../desk.ts';
import type { Parts } from '../parts.ts';
import type { Said } from '../said.ts';
import type { HoldView, WordMeta, WordRequest } from '../views.ts';
import { findPart } from './find-part.ts';

/** Throws WordRefused unless the operator's rules let this person say this: ticket, group, not who asked. */
export async function mustBeAllowed(
  parts: Parts,
  holds: readonly HoldView[],
  request: WordRequest,
  meta: WordMeta,
  word: Word,
  { words }: Pick<Said, 'words'>,
): Promise<void> {
  // Taking an answer back is an answer: it lets in again, or asks again, what was decided.
  const undone = word.kind === 'withdraw' ? words.find(({ id }) => id === word.word) : undefined;
  const answer = undone?.kind === 'answer' ? undone : undefined;
  const about = await subjectOf(parts, holds, answer ?? word);
  const { config } = parts.loaded;
  const own = about.target === undefined ? undefined : config.targets[about.target]?.answers;
  const answers: AnswerRules = { ...config.answers, ...own };
  const why = checkWord(answer ? { kind: 'answer' } : request, meta, { answers, asked: about.asked, now: parts.now() });
  if (why !== undefined) throw new WordRefused(why);
}

/** The target a word is about, and who asked for the change: an edit of the config has an author that nobody knows here. */
async function subjectOf(
  parts: Parts,
  holds: readonly HoldView[],
  word: Word,
): Promise<{ target?: string; asked: WordCheck['asked'] }> {
  if (word.kind === 'approve' || word.kind === 'keep-part') {
    const found = await findPart(parts, word.part);
    const edited = found?.part.steps.some(({ cause }) => cause.kind === 'config') ?? true;
    return { target: word.target, asked: edited ? 'unknown' : 'nobody' };
  }
  if (word.kind === 'answer') {
    const hold = holds.find(({ id }) => id === word.hold);
    if (hold === undefined || !('target' in hold.of)) return { asked: 'nobody' };
    // What a registry left, nobody asked for.
    return { target: hold.of.target, asked: hold.kind === 'registry' ? 'nobody' : 'unknown' };
  }
  if ((word.kind === 'pause' || word.kind === 'resume') && word.target !== undefined) {
    return { target: word.target, asked: 'nobody' };
  }
  return { asked: 'nobody' };
}
