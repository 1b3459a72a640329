import type { AnnouncedGain } from '../core/judge/source-state.ts';
import type { Comparison } from '../core/publication/catalog.ts';
import type { Publication } from '../core/publication/publication.ts';
import { stepLines } from './failure.ts';
import { clock, counted, extent, listed, quantity, span, stopped } from './format.ts';
import type { EventOf, MessageRenderers } from './text.ts';

const minute = 60_000;

/** Messages about source health, deadlines and cross-checks. */
export const sourceMessages: MessageRenderers<'source-freshness' | 'deadline-in-danger' | 'source-disagreement'> = {
  'source-freshness': (event) => {
    const newest = `The last accepted publication is ${event.changeNumber}, dated ${event.newestDate}, ${quantity(event.ageDays, 'day')} ago.`;
    if (event.to === 'fresh') {
      return {
        severity: 'ok',
        headline: `publications arrive on time again; the source had been ${event.from} since ${event.since.slice(0, 10)}. Nothing to do.`,
        lines: [newest],
      };
    }
    if (event.to === 'suspect') return suspect(event, newest);
    return {
      severity: event.to === 'stale' ? 'needs-you' : 'info',
      headline: `the source is ${event.to}: no new publication for ${quantity(event.ageDays, 'day')}; every list stays as it is, and the clock removes nothing.${event.to === 'late' ? ' Nothing to do yet.' : ''}`,
      lines: [
        newest,
        'What to do: check the download page for a newer file. If there is one, `npm run -s cli -- runs` and `npm run -s cli -- doctor` show why it is not fetched; give the service a mirror or a file of your own meanwhile.',
        'If ignored: addresses of newer publications are missing once Azure uses them, a week after their publication at the earliest.',
      ],
    };
  },
  'deadline-in-danger': (event) => {
    if (event.suspicious) return keptOut(event, event.suspicious);
    const left =
      event.leftMs > 0
        ? `Azure may use it in ${span(event.leftMs)}`
        : event.leftMs > -minute
          ? 'Azure may use it from now on'
          : `Azure may have used it for ${span(-event.leftMs)}`;
    return {
      severity: 'failed',
      headline: `${event.target} is still missing ${extent(event.missing)} of publication ${event.changeNumber}; ${left} (from ${clock(event.earliest)} on).`,
      lines: [
        `Missing: ${listed(event.missing)} (${listed(event.tags)}). Connections there fail once Azure uses it.`,
        ...event.reasons.map((reason) => `Why: ${stopped(reason)}`),
        ...stepLines([
          'see what waits, and what is not well: `npm run -s cli -- todo`',
          ...(event.notAccepted === undefined
            ? ['remove the reason above: answer what waits, resume what is paused, repair the target']
            : [
                `only ${event.notAccepted} announces it, and that file was not accepted; if it is right: \`npm run -s cli -- accept ${event.notAccepted} --why "..."\``,
              ]),
        ]),
        `Over when: \`npm run -s cli -- why ${event.missing[0] ?? 'ADDRESS'}\` says that ${event.target} allows it.`,
        'What not to do: do not write the resource by hand; the service would take that for drift.',
        `Azure's one-week notice period ends ${clock(event.promised)}. This is reported once for this target and publication.`,
      ],
    };
  },
  'source-disagreement': (event) => ({
    severity: 'info',
    headline: `${nameOf(event.way)} ${findings[event.finding]}`,
    lines: [
      stopped(event.text),
      ...event.tags.map(
        ({ tag, onlyHere, onlyThere }) =>
          `${tag}: ${[
            ...(onlyThere.length > 0 ? [`only there ${listed(onlyThere)}`] : []),
            ...(onlyHere.length > 0 ? [`only in force ${listed(onlyHere)}`] : []),
          ].join('; ')}.`,
      ),
      'This is a cross-check and never a source: the publication in force stays.',
    ],
  }),
};

const findings: Readonly<Record<EventOf<'source-disagreement'>['finding'], string>> = {
  empty: 'answered without any tag, which was ignored. Nothing to do for the lists.',
  subset: 'is behind the publication in force. Nothing to do.',
  adds: 'has addresses that the publication in force does not have. Nothing to do yet.',
  silent: 'has not answered for a week: nobody compares the publications with it. Nothing to do for the lists.',
  unreadable: 'has prefixes that cannot be read: their tags are not compared. Nothing to do for the lists.',
};

/** `mirror-2` is the second one of the config. */
function nameOf(way: string): string {
  return names[way] ?? way.replace(/^mirror-(\d+)$/, 'the mirror $1');
}

const names: Readonly<Record<string, string>> = {
  'details-page': "Microsoft's page",
  'page-link': "Microsoft's page",
  latest: 'the file "Latest"',
  mirror: 'the mirror',
  'discovery-api': "Azure's Service Tag Discovery API",
};

/** It may be a stranger as well as Azure's own: nobody is told that something is broken, but until when an answer is in time. */
function keptOut(
  event: EventOf<'deadline-in-danger'>,
  holds: readonly string[],
): ReturnType<(typeof sourceMessages)['deadline-in-danger']> {
  const use = event.leftMs > 0 ? `from ${clock(event.earliest)} on` : `since ${clock(event.earliest)}`;
  return {
    severity: 'needs-you',
    headline: `${event.target} keeps out ${extent(event.missing)} of publication ${event.changeNumber} as suspicious until you answer; if it is right, Azure may use it ${use}.`,
    lines: [
      `Kept out: ${listed(event.missing)} (${listed(event.tags)}).`,
      ...event.reasons.map((reason) => `Why: ${stopped(reason)}`),
      ...holds.map(
        (hold) =>
          `What to do: compare with the file on Microsoft's download page. If it is wrong: \`npm run -s cli -- answer block ${hold} --why "..."\`. If it is right: \`npm run -s cli -- answer allow ${hold} --why "..."\`. \`npm run -s cli -- todo\` suggests one.`,
      ),
      'If ignored: it stays out. That is as it should be if it is a stranger; if it is right, connections fail once Azure uses it.',
      'This is reported once for this target and publication.',
    ],
  };
}

function suspect(
  event: EventOf<'source-freshness'>,
  newest: string,
): ReturnType<(typeof sourceMessages)['source-freshness']> {
  const { suspect: file } = event;
  return {
    severity: 'needs-you',
    headline: `${file?.file ?? 'a file'} was not accepted and would add addresses to ${listed(file?.gains.map(({ tag }) => tag) ?? [], 3)}; they are in no list.`,
    lines: [
      ...(file?.gains ?? []).map(({ tag, prefixes }) => `${tag}: ${extent(prefixes)} (${listed(prefixes)}).`),
      newest,
      `What to do: compare the file with the one on Microsoft's download page. If it is right, accept it whole, or with \`--tags TAG\` for its correct tags: \`npm run -s cli -- accept ${file?.digest ?? ''} --why "..."\`.`,
      'If ignored: they are missing once Azure uses them, unless the next publication has them and is accepted in time. The clock removes nothing meanwhile.',
    ],
  };
}

/** Compares another file with the publication in force, in a sentence or two. */
export function explainWay(other: Publication, inForce: Publication, comparison: Comparison): string {
  const apart = inForce.changeNumber - other.changeNumber;
  const order =
    apart > 0
      ? `is ${quantity(apart, 'publication')} behind ${counted(inForce.changeNumber)}`
      : apart < 0
        ? `is ${quantity(-apart, 'publication')} ahead of ${counted(inForce.changeNumber)}`
        : 'has the same number and other content';
  return `${other.file} (number ${counted(other.changeNumber)}) ${order}; ${relation(comparison)}. It was not used`;
}

/**
 * Compares the Discovery API with the publication in force. Its change numbers are of another series, so its lag is
 * counted in publications whose additions it is missing.
 */
export function explainApi(
  inForce: Publication,
  comparison: Comparison,
  gains: readonly AnnouncedGain[],
  /** Tags with a prefix that cannot be read. */
  unreadable: readonly string[] = [],
): string {
  if (comparison.kind === 'empty') {
    return "Azure's Service Tag Discovery API answered without any tag, which also happens without the permission (Microsoft.Network/locations/serviceTags/read at the subscription); the answer was ignored";
  }
  const unseen = new Set(
    gains
      .filter(({ tag, prefixes }) =>
        comparison.tags.some((one) => one.tag === tag && prefixes.some((prefix) => one.onlyHere.includes(prefix))),
      )
      .map(({ changeNumber }) => changeNumber),
  );
  const numbers = [...unseen].sort((a, b) => a - b).map(String);
  const behind =
    comparison.kind === 'same'
      ? `Azure's Service Tag Discovery API agrees with publication ${inForce.changeNumber}`
      : numbers.length > 0
        ? `Azure's Service Tag Discovery API is ${quantity(numbers.length, 'publication')} behind: it is missing what ${listed(numbers)} added`
        : `Azure's Service Tag Discovery API and publication ${inForce.changeNumber} differ`;
  const missing =
    comparison.missingTags.length > 0 ? `, and the tags ${listed(comparison.missingTags)} are missing` : '';
  const odd =
    unreadable.length > 0
      ? `. Not compared, since it spells a prefix of theirs in a way that cannot be read: ${listed(unreadable)}`
      : '';
  return `${behind}; ${relation(comparison)}${missing}${odd}`;
}

function relation({ kind, tags }: Comparison): string {
  if (kind === 'same') return 'the addresses of every watched tag are the same';
  if (kind === 'empty') return 'it has no tags';
  if (kind === 'subset') return 'its prefixes are a subset of those in force';
  return `it has addresses of ${listed(tags.filter(({ onlyThere }) => onlyThere.length > 0).map(({ tag }) => tag))} that are not in force`;
}
