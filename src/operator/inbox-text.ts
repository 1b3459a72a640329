import { extent, quantity } from '../messages/format.ts';
import type { InboxItem, InboxView, ParentsView } from './inbox.ts';

export { affectedText } from '../messages/affected.ts';

/** "2 things wait for you": the caller ends the sentence. */
export function waitText(items: InboxView['items']): string {
  return `${quantity(items.length, 'thing waits', 'things wait')} for you`;
}

/** One sentence where nothing waits: whether all is well, and how old what is known is. */
export function allWell({ publication, freshness, troubles }: InboxView): string {
  if (publication === undefined)
    return 'Nothing waits for you, and no publication was accepted yet: `run` asks for a run.';
  const { changeNumber, date, ageDays } = publication;
  const newest = `publication ${changeNumber} of ${date} is in force, ${quantity(ageDays, 'day')} old`;
  if (freshness !== 'fresh') return `Nothing waits for you, but the source is ${freshness}: ${newest}.`;
  return troubles.length > 0
    ? `Nothing waits for you; ${newest}. Not all is well:`
    : `All is well: nothing waits for you, and ${newest}.`;
}

/** Open holds that no answer is asked for, beside those that wait; empty without any. The caller ends the sentence. */
export function quietHoldsText({ items, quietHolds }: Pick<InboxView, 'items' | 'quietHolds'>): string {
  if (quietHolds === 0) return '';
  const more = items.some(({ kind }) => kind === 'hold') ? ' more' : '';
  return quietHolds === 1
    ? `1${more} hold is open, needs no answer and ends by itself`
    : `${quietHolds}${more} holds are open, need no answer and end by themselves`;
}

/** What is suggested, in words: waiting has no command and no button. */
export function suggestedText({ answer }: InboxItem['suggested']): string {
  return answer === 'wait' ? 'wait: do nothing now' : answer;
}

/** Where in the newest publication the lost ranges are. */
export function parentsText({ region, global, neither, neitherSince }: ParentsView): string {
  const where = [
    ...(region.length > 0 ? [`${extent(region)} still in AzureCloud of the region`] : []),
    ...(global.length > 0 ? [`${extent(global)} in the global tag alone`] : []),
    ...(neither.length > 0
      ? [`${extent(neither)} in neither${neitherSince === undefined ? '' : ` since ${neitherSince.slice(0, 10)}`}`]
      : []),
  ];
  return `${where.join('; ')}.`;
}
