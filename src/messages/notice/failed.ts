import type { DomainEvent } from '../../core/event.ts';
import { aWeekAfter } from '../../core/publication/freshness.ts';
import type { EventOf } from '../event-of.ts';
import { clock, extent, listed, stopped } from '../format.ts';
import type { Text } from '../text.ts';
import type { Occasion } from './occasion.ts';

/** A target that was not brought up to date: what it lacks from when on, what was seen, what to do, what not to do. */
export function failedText(event: EventOf<'target-failed'>, events: readonly DomainEvent[], occasion: Occasion): Text {
  const others = events.filter((one) => one.kind === 'target-changed').map(({ target }) => target);
  const well = others.filter((target) => target !== event.target);
  const partly = others.includes(event.target);
  const { publication } = occasion;
  const deadline = publication && aWeekAfter(publication.date);
  const lacks = event.missing.length > 0;
  const ahead = deadline !== undefined && deadline > occasion.at;
  const from = ahead ? `from ${clock(deadline)} on` : 'at any time now';
  return {
    severity: 'failed',
    ...(lacks ? { qualifier: ahead ? `act before ${clock(deadline)}` : 'act now' } : {}),
    headline: `${event.target} was ${partly ? 'only PARTLY' : 'NOT'} updated${well.length > 0 ? ` (${listed(well)} ${well.length === 1 ? 'was' : 'were'})` : ''}${lacks ? `: ${extent(event.missing)} missing, connections there may fail ${from}` : ''}.`,
    lines: [
      `What was seen: ${stopped(event.text)}`,
      ...(lacks ? [`Missing: ${listed(event.missing)}.`] : []),
      'What to do: put right what the message names (a lock, a right, a failed firewall); then start a run, or wait for the next one, which tries again by itself and begins with what it then finds.',
      "What not to do: do not fill or empty the resource by hand meanwhile; it would be taken for somebody else's change.",
    ],
  };
}
