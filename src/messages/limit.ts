import { counted, percent } from '../core/judge/arithmetic.ts';
import type { MessageRenderers } from './event-of.ts';

/** Words for a target that fills up. */
export const limitMessages: MessageRenderers<'target-near-limit'> = {
  'target-near-limit': ({ target, entries, room }) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${target} is ${percent(BigInt(entries), BigInt(room))} full: ${counted(entries)} of ${counted(room)} entries.`,
    lines: [
      'What to do: raise the limit in the config if Azure has room, select fewer tags, or split the list over two targets.',
      'If ignored: everything is written as usual until it does not fit; then nothing of this target is written, and that is told as refused.',
    ],
  }),
};
