import { type Publication, setAsideIn } from '../core/publication/publication.ts';
import { clock, extent, listed, quantity, stopped } from './format.ts';
import type { EventOf, MessageRenderers, Text } from './text.ts';

/** Messages about a publication and its tags. Holds and changes that follow from it have messages of their own. */
export const publicationMessages: MessageRenderers<
  | 'publication-accepted'
  | 'publication-refused'
  | 'publication-waits'
  | 'source-unreachable'
  | 'tag-changed'
  | 'tag-vanished'
  | 'tag-returned'
> = {
  'publication-accepted': (event) =>
    event.setAside || event.unnamed
      ? takenInPart(event)
      : {
          severity: 'ok',
          headline: event.identical
            ? `publication ${event.changeNumber} has the same addresses as the one before. Nothing to do.`
            : event.onlyTags
              ? `${quantity(event.onlyTags.length, 'tag')} of publication ${event.changeNumber} accepted by ${event.by}. Nothing to do.`
              : `${accepted(event)}. Nothing to do.`,
          lines: [
            `File: ${event.file}.`,
            ...(event.onlyTags ? [`Tags: ${listed(event.onlyTags)}. All others stay as they were.`] : []),
          ],
        },
  'publication-refused': (event) => ({
    severity: event.again ? 'info' : 'needs-you',
    headline: event.again
      ? `${event.file} is refused as before; every list stays as the last accepted publication has it.`
      : `${event.file} was refused; every list stays as the last accepted publication has it.`,
    lines: [
      ...event.reasons.map(stopped),
      "What to do: compare the file with the one on Microsoft's download page; `npm run -s cli -- publications` lists those that are kept. If Microsoft's own file is wrong, wait: the next publication is judged afresh.",
      ...acceptable(event.digest),
      'If ignored: nothing is removed and nothing is added. Addresses that only this file announces would be missing once Azure uses them, a week after its date at the earliest.',
    ],
  }),
  'publication-waits': (event) => ({
    severity: 'needs-you',
    headline: `${event.file} looks unusual and is not in force; every list stays as the last accepted publication has it.`,
    lines: [
      ...event.reasons.map(stopped),
      "What to do: compare the file with the one on Microsoft's download page; `npm run -s cli -- publications` lists those that are kept.",
      ...acceptable(event.digest),
      'If ignored: nothing is removed and nothing is added. Addresses that only this file announces would be missing once Azure uses them, a week after its date at the earliest.',
    ],
  }),
  'source-unreachable': (event) => ({
    severity: 'info',
    headline: 'no publication could be fetched; every list stays as it is. Nothing to do yet.',
    lines: [
      stopped(event.text),
      'The next run tries again. If this lasts for days, check the network path: Azure may use new addresses from one week after their publication, and they would be missing.',
    ],
  }),
  'tag-changed': (event) => {
    const gained = event.gained.length > 0 ? [`${extent(event.gained)} new`] : [];
    const lost = event.lost.length > 0 ? [`${extent(event.lost)} no longer published`] : [];
    const what = [...gained, ...lost].join(', ') || 'lost ranges published again';
    return {
      severity: event.lost.length > 0 ? 'info' : 'ok',
      headline: `${event.tag} in publication ${event.changeNumber}: ${what}.`,
      lines: [
        ...(event.gained.length > 0 ? [`New: ${listed(event.gained)}.`] : []),
        ...(event.lost.length > 0 ? [`No longer published, and still allowed for now: ${listed(event.lost)}.`] : []),
        ...(event.missed === undefined
          ? []
          : [
              `${quantity(event.missed, 'change')} of this tag in between came with files that were not fetched. This has no effect: the judge compares with the effective list.`,
            ]),
      ],
    };
  },
  'tag-vanished': (event) => ({
    severity: 'info',
    headline: `publication ${event.changeNumber} no longer has the tag ${event.tag}; its ranges stay allowed.`,
    lines: [
      'Tags have vanished by mistake and returned months later, so its ranges are released only by an answer, or long after its parents (the global tag, AzureCloud of the region) dropped them too.',
    ],
  }),
  'tag-returned': (event) => ({
    severity: 'ok',
    headline: `publication ${event.changeNumber} has the tag ${event.tag} again. Nothing to do.`,
    lines: [],
  }),
};

function accepted({ changeNumber, by }: EventOf<'publication-accepted'>): string {
  return `publication ${changeNumber} is accepted${by === undefined ? '' : ` by ${by}`}`;
}

/** A publication of which single tags cannot be believed: they stay as they were, everything else is taken. */
function takenInPart(event: EventOf<'publication-accepted'>): Text {
  const { setAside = [], setAsideCount = setAside.length, unnamed = [] } = event;
  const selected = setAside.filter((one) => one.selected);
  const stale = selected.flatMap((one) => (one.stale ? [one.tag] : []));
  const others = setAsideCount - selected.length;
  const names = listed(selected.map(({ tag }) => tag));
  const facts = [
    `File: ${event.file}. Everything else of it was taken over.`,
    ...selected.map(({ tag, why }) => `${tag}: ${stopped(why)}`),
    ...(others > 0
      ? [
          `${quantity(others, 'tag that no list selects stays', 'tags that no list selects stay')} as before: ${listed(
            setAside.filter((one) => !one.selected).map(({ tag, why }) => `${tag} (${why})`),
            3,
            others,
          )}.`,
        ]
      : []),
    ...(unnamed.length > 0 ? [`Values whose name cannot be read were left out: ${listed(unnamed, 3)}.`] : []),
  ];
  if (selected.length === 0) {
    const left =
      setAsideCount > 0
        ? quantity(setAsideCount, 'tag that no list selects', 'tags that no list selects')
        : 'values whose name cannot be read';
    return { severity: 'ok', headline: `${accepted(event)}, without ${left}. Nothing to do.`, lines: facts };
  }
  return {
    severity: 'needs-you',
    headline: `${accepted(event)}, but what it says of ${names} cannot be believed: ${selected.length === 1 ? 'it stays' : 'they stay'} as before.`,
    lines: [
      ...facts,
      `${names} ${selected.length === 1 ? 'stays' : 'stay'} in force as before until a file comes that is sound there; this file takes nothing away from ${selected.length === 1 ? 'it' : 'them'}.`,
      "What to do: compare the file with the one on Microsoft's download page; `npm run -s cli -- publications` lists those that are kept. If that one is wrong too, wait: the next publication is judged afresh.",
      ...(stale.length > 0 && event.digest !== undefined
        ? [
            `If it is right about ${listed(stale)}, accept it for these tags: \`npm run -s cli -- accept ${event.digest} --tags ${stale.join(',')} --why "..."\`.`,
          ]
        : []),
      'If ignored: addresses that this file alone announces for these tags would be missing once Azure uses them, a week after its date at the earliest.',
    ],
  };
}

/** "publication 201 is in force, with 2 tags as before it": one line on what is in force. */
export function inForceText(publication: Publication): string {
  const left = setAsideIn(publication).size;
  return `publication ${publication.changeNumber} is in force${left === 0 ? '' : `, with ${quantity(left, 'tag')} as before it`}`;
}

/** How an operator accepts a file that the rules keep out. */
function acceptable(digest: string | undefined): string[] {
  return digest === undefined
    ? []
    : [
        `If it is right nevertheless, accept it whole, or with \`--tags TAG\` for single tags: \`npm run -s cli -- accept ${digest} --why "..."\`.`,
      ];
}

/** Why a file cannot be given as it came. */
export function droppedText(file: string, dropped: string): string {
  return `${file} is no longer kept as it came since ${clock(dropped)}: \`retention.publicationDays\` of the config says how long. What it says is kept: \`diff\`, \`why --at\` and the charts go by that`;
}

/** Why there are no plans of a run. */
export function plansRemovedText(run: string, at: string): string {
  return `the whole plans of run ${run} are no longer kept since ${clock(at)}: \`retention.planDays\` of the config says how long. \`run ${run}\` has its outcomes, \`changes\` what it changed and why`;
}
