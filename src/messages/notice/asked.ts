import type { DomainEvent } from '../../core/event.ts';
import type { EventOf } from '../event-of.ts';
import { counted, extent, listed, quantity } from '../format.ts';
import { answerLine, lossAsked, lossFacts } from '../hold.ts';
import type { Text } from '../text.ts';

/** One question for all that one publication lost at once: a fault of the file is one decision, not one a tag. */
export function pendingText(holds: readonly EventOf<'hold-opened'>[], events: readonly DomainEvent[]): Text {
  const [first] = holds;
  if (first === undefined) throw new RangeError('expected at least one hold');
  if (holds.length === 1) {
    const text = lossAsked(first);
    const [facts = '', ...rest] = text.lines;
    return { ...text, lines: [`${facts}${alsoAdded(first, events)}`, ...rest] };
  }
  const ipv4 = holds.reduce((sum, { addresses }) => sum + BigInt(addresses.ipv4), 0n);
  const vanished = holds.every(({ questions }) => questions.some(({ rule }) => rule === 'tag-vanished'));
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${quantity(holds.length, 'tag')} ${vanished ? 'are gone from' : 'lost addresses in'} publication ${first.changeNumber} (${quantity(ipv4, 'IPv4 address', 'IPv4 addresses')} in all): ${listed(holds.map(({ tag }) => tag))}; all of them were kept.`,
    lines: [
      ...holds.map((hold) => `${hold.tag}: ${lossFacts(hold)}${alsoAdded(hold, events)} Hold: ${hold.hold}.`),
      `${answerLine(`--publication ${first.changeNumber}`)} A hold alone is answered by its id in place of --publication.`,
      'No answer: all of them stay allowed, and each question ends by itself when what it is about is published again.',
    ],
  };
}

function alsoAdded(hold: EventOf<'hold-opened'>, events: readonly DomainEvent[]): string {
  const change = events.find((event) => event.kind === 'tag-changed' && event.tag === hold.tag);
  if (change?.kind !== 'tag-changed' || change.gained.length === 0) return '';
  const applied = events.some((event) => event.kind === 'target-changed' && event.added.length > 0);
  return ` The file also adds ${extent(change.gained)}; ${applied ? 'that is applied' : 'that goes in as usual'}.`;
}

/** One notice for losses that wait for the clock: nothing is asked. */
export function keptText(holds: readonly EventOf<'hold-opened'>[]): Text {
  const prefixes = holds.flatMap((hold) => hold.prefixes);
  const tags = holds.map(({ tag }) => tag);
  return {
    severity: 'info',
    headline: `publication ${holds[0]?.changeNumber} no longer has ${extent(prefixes)} of ${listed(tags)}; all of it stays allowed until the clock lets it go. Nothing to do.`,
    lines: [
      ...holds.map((hold) => `${hold.tag}: ${listed(hold.prefixes)}. Hold: ${hold.hold}.`),
      'It goes out by itself once it was absent for as many days and publications as the policy says. What is published again before stays.',
    ],
  };
}

/** One notice for holds that ended, or of which a part came back. */
export function endedText(holds: readonly EventOf<'hold-ended' | 'hold-shrunk'>[], each: readonly Text[]): Text {
  const tags = [...new Set(holds.map(({ tag }) => tag))];
  const back = holds.filter((hold) => hold.of === 'loss' && (hold.kind === 'hold-shrunk' || hold.how === 'returned'));
  const gone = holds.filter((hold) => hold.of === 'loss' && hold.kind === 'hold-ended' && hold.how === 'released');
  const others = holds.length - back.length - gone.length;
  const what = [
    ...(back.length > 0
      ? [`${extent(back.flatMap((hold) => hold.prefixes))} published again, and allowed all the time`]
      : []),
    ...(gone.length > 0 ? [`${extent(gone.flatMap((hold) => hold.prefixes))} no longer kept`] : []),
    ...(others > 0 ? [`${counted(others)} more ${others === 1 ? 'hold' : 'holds'} ended`] : []),
  ];
  return {
    severity: 'ok',
    headline: `${listed(tags)}: ${what.join('; ')}. Nothing to do.`,
    lines: each.flatMap((text, index) => text.lines.map((line) => `${holds[index]?.tag}: ${line}`)),
  };
}
