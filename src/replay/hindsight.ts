import { emptySets, intersect, isEmpty, type Sets, subtract, union } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import { answerHold } from '../core/judge/answer.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { regretDays } from './metrics.ts';
import { dateOf, type SequencedFile, soundCatalogOf } from './published.ts';

/**
 * Answers every hold that is this many days old with knowledge of the later files: a loss is removed unless it is published
 * again within 90 days of it, a gain is let in if it is still published then.
 */
export function answerWithHindsight(ledger: Ledger, files: readonly SequencedFile[], days: number, now: Date): Ledger {
  let answered = ledger;
  for (const row of ledger.tags.values()) {
    for (const hold of row.holds) {
      if (hold.kept || now.getTime() - Date.parse(hold.since) < days * dayMs) continue;
      const later = publishedWithin(files, row.tag, Date.parse(hold.since), regretDays);
      const back = intersect(hold.held, later);
      const rest = subtract(hold.held, later);
      const said = { hold: hold.id, by: 'hindsight', decision: `hindsight-${hold.id}` };
      if (hold.kind === 'gain') {
        if (!isEmpty(back)) answered = answerHold(answered, { ...said, answer: 'allow', ranges: back }, now).ledger;
        continue;
      }
      if (!isEmpty(rest)) answered = answerHold(answered, { ...said, answer: 'remove', ranges: rest }, now).ledger;
      if (!isEmpty(back)) answered = answerHold(answered, { ...said, answer: 'keep' }, now).ledger;
    }
  }
  return answered;
}

/** Everything a tag publishes after a moment and within some days of it. */
function publishedWithin(files: readonly SequencedFile[], tag: string, since: number, days: number): Sets {
  const sets = files
    .filter((file) => {
      const date = Date.parse(dateOf(file));
      return date > since && date <= since + days * dayMs;
    })
    .map((file) => soundCatalogOf(file)?.tags.get(tag)?.prefixes ?? emptySets);
  return union(sets);
}
