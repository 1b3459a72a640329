import { counted, percent } from '../core/judge/arithmetic.ts';
import { settledByFiles } from '../core/judge/gain-rules/index.ts';
import { extent, listed, quantity, reasonLines, stopped } from './format.ts';
import { riskLines } from './risk.ts';
import type { EventOf, MessageRenderers, Text } from './text.ts';

/** Messages about holds (losses that stay allowed, gains that stay out), and reminders of open questions. */
export const holdMessages: MessageRenderers<
  'hold-opened' | 'hold-settled' | 'hold-shrunk' | 'hold-ended' | 'hold-reminder' | 'target-reminder'
> = {
  'hold-opened': (event) => {
    if (event.of === 'gain') return gainHeld(event);
    if (event.questions.length > 0) return lossAsked(event);
    return event.settled === 'kept' ? lossKept(event) : lossClocked(event);
  },
  'hold-settled': (event) => ({
    severity: 'info',
    headline: `${event.tag}: ${event.questions > 0 ? 'the question about its lost ranges is answered by the file itself' : 'the file now says more about its lost ranges'}: ${extent(event.prefixes)} ${event.prefixes.length === 1 ? 'stays' : 'stay'} allowed${event.how === 'kept' ? '' : ` until the clock releases ${event.prefixes.length === 1 ? 'it' : 'them'}`}. Nothing to do.`,
    lines: [
      event.how === 'kept'
        ? `The parents of ${event.tag} (its global tag, AzureCloud of its region), as far as they can be relied on, have all of it in the newest publication. It stays allowed for as long as they do.`
        : `The parents of ${event.tag} (its global tag, AzureCloud of its region) no longer have all of it in the newest publication, or nothing is left to ask about. ${releaseLine}`,
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
    ],
  }),
  'hold-shrunk': (event) => ({
    severity: 'ok',
    headline:
      event.of === 'loss'
        ? `${event.tag}: part of its lost ranges is published again and was allowed throughout: ${extent(event.prefixes)}. Nothing to do.`
        : `${event.tag}: part of its suspicious ranges is no longer published and was never allowed: ${extent(event.prefixes)}. Nothing to do.`,
    lines: [
      `Ranges: ${listed(event.prefixes)}.`,
      `Still held: ${extent(event.left)} (${listed(event.left)}). Hold: ${event.hold}.`,
    ],
  }),
  'hold-ended': (event) => ({
    severity: 'ok',
    headline: `${event.tag}: ${endings[event.of][event.how](extent(event.prefixes))} Nothing to do.`,
    lines: [`Ranges: ${listed(event.prefixes)}.`, `Why: ${event.by}. Hold: ${event.hold}.`],
  }),
  'hold-reminder': (event) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${event.tag}: still unanswered since ${event.since.slice(0, 10)}: ${extent(event.prefixes)} ${event.of === 'loss' ? 'kept although no longer published' : 'kept out although published'}.`,
    lines: [
      `Still open: ${stillOpen(event)} Hold: ${event.hold}.`,
      // The arithmetic is of the day of the question; ranges that returned since have left the hold.
      `Asked by ${rulesText([...new Set(event.questions.map(({ rule }) => rule))])}.`,
      `Answer: \`npm run -s cli -- answer ${event.of === 'loss' ? 'keep' : 'block'} ${event.hold} --why "..."\`, which leaves it as it is.`,
      afterwards(event),
    ],
  }),
  'target-reminder': (event) => ({
    severity: 'needs-you',
    headline: `${event.target}: still waiting since ${event.since.slice(0, 10)} to ${event.direction} ${extent(event.ranges)}.`,
    lines: [
      ...reasonLines(event.reasons),
      `Ranges: ${listed(event.ranges)}.`,
      ...riskLines(event),
      `Answer: \`npm run -s cli -- approve ${event.part} --why "..."\`, or \`decline ${event.part}\`; \`plan ${event.part}\` shows it.`,
      afterwards(event),
    ],
  }),
};

/** What no answer leads to, and whether anybody will be reminded of it again. */
function afterwards(event: EventOf<'hold-reminder'> | EventOf<'target-reminder'>): string {
  const isLoss = event.kind === 'hold-reminder' && event.of === 'loss';
  const stays = isLoss ? `No answer: they stay allowed; ${questionEnds}` : 'No answer: it stays as it is.';
  return `${stays} ${event.last ? 'This is the last reminder; `status` goes on showing it.' : 'You are reminded again.'}`;
}

/** "the rule lost-share": what it means is in the runbook, under that name. */
function rulesText(rules: readonly string[]): string {
  return `${rules.length === 1 ? 'the rule' : 'the rules'} ${listed(rules)}`;
}

function stillOpen({ prefixes, asked }: EventOf<'hold-reminder'>): string {
  const some = asked !== undefined && asked > prefixes.length;
  return `${listed(prefixes)}${some ? ` (${counted(prefixes.length)} of the ${quantity(asked, 'range')} that were asked about)` : ''}.`;
}

/** A loss that waits for an answer. The first line has the figures. */
export function lossAsked(event: EventOf<'hold-opened'>): Text {
  const lost = BigInt(event.addresses.ipv4);
  const before = BigInt(event.before ?? '0');
  const gone = event.questions.some(({ rule }) => rule === 'tag-vanished');
  const what = gone
    ? `${event.tag} is gone from publication ${event.changeNumber}; all it had (${extent(event.prefixes)}) was kept`
    : lost > 0n && before > 0n
      ? `${event.tag} lost ${percent(lost, before)} of its IPv4 addresses in publication ${event.changeNumber}; all of them were kept`
      : `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it was kept`;
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${what}${looksLikeMistake(event) ? "; it looks like Microsoft's mistake" : ''}.`,
    lines: [
      lossFacts(event),
      ...event.questions.map(({ text, rule }) => `Asked because ${stopped(`${text.replace(/\.$/, '')} [${rule}]`)}`),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      answerLine(event.hold),
      `No answer: they stay allowed; ${questionEnds}`,
    ],
  };
}

/** How a question about losses ends without an answer: the same for one as for many. */
export const questionEnds =
  'the question ends when they are published again, or when the parents of the tag (its global tag, AzureCloud of its region) lack them as well for as long as the policy says: then they are released.';

/** How to answer, as a line to copy. It says `keep`: a line copied in a hurry must not remove anything. */
export function answerLine(what: string): string {
  return `Answer: \`npm run -s cli -- answer keep ${what} --why "..."\`; add \`--until DATE\` to limit it, or use \`remove\` to release the ranges. Or POST /api/answers.`;
}

/** "The file drops 8,576 of 10,880 IPv4 addresses; all of the IPv4 ones are still in the global Storage tag." */
export function lossFacts({
  addresses,
  before,
  underGlobal,
  underRegion,
  keptBy = underRegion === undefined ? ['global'] : ['global', 'region'],
  settled,
  tag,
  prefixes,
}: EventOf<'hold-opened'>): string {
  const lost = BigInt(addresses.ipv4);
  const ipv6 = prefixes.filter((prefix) => prefix.includes(':')).length;
  const of = before === undefined ? '' : ` of ${counted(BigInt(before))}`;
  const parts = [
    ...(lost > 0n ? [`${counted(lost)}${of} IPv4 addresses`] : []),
    ...(ipv6 > 0 ? [quantity(ipv6, 'IPv6 prefix', 'IPv6 prefixes')] : []),
  ];
  const global = tag.replace(/\..*$/, '');
  const still = underGlobal === undefined || lost === 0n ? undefined : BigInt(underGlobal);
  if (settled === 'kept') {
    const all = lost + BigInt(ipv6) === 1n ? 'it is' : 'all of them are';
    const around = keptBy.map((which) =>
      which === 'global' ? `in the global ${global} tag` : `in AzureCloud of ${tag.slice(tag.indexOf('.') + 1)}`,
    );
    const where = around.length === 0 ? '' : `; ${all} still ${around.join(' and ')} of the same file`;
    return `The file drops ${parts.join(' and ')} from ${tag}${where}.`;
  }
  const where =
    still === undefined || still > lost
      ? ''
      : still === lost
        ? `; all of the IPv4 ones are still in the global ${global} tag`
        : still === 0n
          ? `; none of the IPv4 ones is in the global ${global} tag any more`
          : `; ${counted(still)} of the IPv4 ones are still in the global ${global} tag`;
  return `The file drops ${parts.join(' and ')}${where}.`;
}

/** Retired ranges leave the service's global tag too; ranges that stay there were dropped by mistake or moved. */
function looksLikeMistake({ addresses, before, underGlobal }: EventOf<'hold-opened'>): boolean {
  const lost = BigInt(addresses.ipv4);
  return lost > 0n && underGlobal === addresses.ipv4 && lost * 2n > BigInt(before ?? '0');
}

/** When a loss that needs no answer is released. */
export const releaseLine =
  'It is released once it has been absent for the days and publications of the policy. Ranges that are published again before that stay, and so does what AzureCloud of the region has.';

/** A loss that looks like a slip in one tag, because its parents still have all of it: it is told, and asks nothing. */
export function lossKept(event: EventOf<'hold-opened'>): Text {
  const [lost, before] = [BigInt(event.addresses.ipv4), BigInt(event.before ?? '0')];
  const what = lost > 0n && before > 0n ? `${percent(lost, before)} of its IPv4 addresses` : extent(event.prefixes);
  return {
    severity: 'info',
    headline: `${event.tag} lost ${what} in publication ${event.changeNumber}; all of it stays allowed${event.keptBy?.length === 0 ? '' : ', because its parents in the same file still have it'}. Nothing to do.`,
    lines: [lossFacts(event), `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`, keptLine],
  };
}

/** What becomes of a loss that the parents keep. */
export const keptLine =
  'It looks like a slip in the file. No clock runs while the parents of the tag have the ranges; you are told when they are published again.';

function lossClocked(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'info',
    headline: `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it stays allowed until the clock releases it. Nothing to do.`,
    lines: [`Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`, releaseLine],
  };
}

function gainHeld(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'needs-you',
    headline: `${event.tag} gained suspicious ranges in publication ${event.changeNumber}, which are kept out: ${extent(event.prefixes)}.`,
    lines: [
      ...reasonLines(event.questions),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      `Answer: \`npm run -s cli -- answer block ${event.hold} --why "..."\`, which keeps them out; \`allow\` lets them in. Or POST /api/answers.`,
      `If ignored: they stay out${event.questions.every(({ rule }) => settledByFiles.has(rule)) ? ', until a file has them in the parents of the tag (its global tag, AzureCloud of its region) as well or no longer publishes them' : ''}. If they are genuine, connections to them fail once Azure uses them, a week after publication at the earliest. Other additions to the tag are written as usual.`,
    ],
  };
}

type Ending = (what: string) => string;

const endings: Readonly<Record<EventOf<'hold-ended'>['of'], Readonly<Record<EventOf<'hold-ended'>['how'], Ending>>>> = {
  loss: {
    returned: (what) => `its lost ranges are published again and were allowed throughout: ${what}.`,
    released: (what) => `its lost ranges are released and leave the lists: ${what}.`,
    withdrawn: (what) => `its lost ranges are no longer held: ${what}.`,
  },
  gain: {
    returned: (what) => `its suspicious ranges are now allowed: ${what}.`,
    released: (what) => `its suspicious ranges are now allowed: ${what}.`,
    withdrawn: (what) => `its suspicious ranges are no longer published and were never allowed: ${what}.`,
  },
};

/** All reminders of one day. */
export function remindersText(events: readonly (EventOf<'hold-reminder'> | EventOf<'target-reminder'>)[]): Text {
  const about = events.map((event) => (event.kind === 'hold-reminder' ? event.tag : event.target));
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${events.length} questions are still unanswered: ${listed([...new Set(about)])}.`,
    lines: [
      ...events.map((event) =>
        event.kind === 'hold-reminder'
          ? `${event.tag}: ${extent(event.prefixes)} since ${event.since.slice(0, 10)}. Answer: \`npm run -s cli -- answer ${event.of === 'loss' ? 'keep' : 'block'} ${event.hold} --why "..."\`.`
          : `${event.target}: ${event.direction} ${extent(event.ranges)} since ${event.since.slice(0, 10)}. Answer: \`npm run -s cli -- approve ${event.part} --why "..."\`.`,
      ),
      '`npm run -s cli -- todo` lists them with the other answers and what each would do.',
      `No answer: all of it stays as it is; a question about a loss also ends when the parents of the tag lack it as well for as long as the policy says. ${
        events.every(({ last }) => last)
          ? 'This is the last reminder; `status` goes on showing it.'
          : 'You are reminded of what is then still open.'
      }`,
    ],
  };
}
