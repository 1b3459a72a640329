import colors from 'picocolors';
import { answersTo, type Decision, type HoldDecision } from '../core/decisions/decision.ts';
import { shortIds } from '../core/decisions/short-id.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import type { TagFrom } from '../core/publication/publication.ts';
import { visibleIn } from '../core/visible-text.ts';
import { wrapped } from '../local/wrapped.ts';
import { causeText, clock, extent, listed, quantity, statusText } from '../messages/format.ts';
import type { HoldView, LookupView, RecordedDecisions, StatusView } from '../operator/operator.ts';
import { tableText } from '../text-table.ts';

// What a view holds was written by Azure, by a publication and by people: none of it may steer the terminal.

type GrantView = NonNullable<LookupView['targets'][number]['grants']>[number];

/** The status, for a terminal. */
export function showStatus(status: StatusView): string {
  const { publication, source, paused, pin, openHolds, questions, troubles, targets, lastRun } = visibleIn(status);
  const warn = (text: string) => colors.yellow(text);
  const parts = targets.flatMap(({ outcomes }) => outcomes).filter(({ asks }) => asks);
  const waiting = parts.length;
  const short = shortIds(parts.map(({ subject }) => subject.replace(/^part:/, '')));
  const held = [
    openHolds > 0
      ? `${quantity(openHolds, 'hold is', 'holds are')} open${questions === 0 ? '' : `, ${questions} of them with a question that waits for an answer`}; \`holds\` lists what.`
      : 'No hold is open.',
    ...(waiting > 0 ? [`${quantity(waiting, 'part waits', 'parts wait')} for an approval, see below.`] : []),
  ].join(' ');
  return lines([
    `${colors.bold(status.instance)}, cloud ${status.cloud}, ${clock(status.at)}`,
    publication
      ? `Publication ${publication.changeNumber} of ${publication.date} is in force; the source is ${source.freshness}.`
      : 'No publication was accepted yet.',
    ...(publication?.tagsFrom ?? []).map((one) => tagFromText(one, warn)),
    paused && warn(`PAUSED ${pauseEnd(paused)}: ${recordText(paused)}. Nothing is written.`),
    pin?.kind === 'pin' &&
      warn(
        `PINNED to publication ${pin.changeNumber} until ${clock(pin.until)}: ${recordText(pin)}. Additions may be missing.`,
      ),
    lastRun && `Last run ${lastRun.run}: ${statusText(lastRun.status)}.`,
    questions > 0 ? warn(held) : held,
    ...(troubles ?? []).map(warn),
    targets.length > 0 &&
      tableText(
        ['Target', 'Kind', 'List', 'Status', 'Paused'],
        targets.map(({ id, kind, list, status: one, paused: by }) => [
          id,
          kind,
          list,
          statusText(one),
          by ? `${pauseEnd(by)}: ${recordText(by)}` : '',
        ]),
      ),
    ...targets.flatMap(({ id, reasons, outcomes }) => [
      ...reasons.flatMap(({ rule, text, next }) => [`  ${id}: ${text} [${rule}]`, `      ${next}`]),
      ...outcomes.filter(({ asks }) => asks).flatMap((outcome) => partLines(id, outcome, short)),
    ]),
  ]);
}

/** A tag that is in force as another file has it, and why. */
function tagFromText({ tag, from, why }: TagFrom, warn: (text: string) => string): string {
  const as = from ? `as in ${from.file} (${from.changeNumber})` : 'not known yet';
  return why === undefined ? `  ${tag} is in force ${as}, by an operator.` : warn(`  ${tag} stays ${as}: ${why}`);
}

/** A part that waits for a person, and the commands that answer it. */
function partLines(target: string, { subject, added, removed }: Outcome, short: ReadonlyMap<string, string>): string[] {
  const id = subject.replace(/^part:/, '');
  const part = short.get(id) ?? id;
  const ranges = [
    ...(added.length > 0 ? [`+${quantity(added.length, 'range')}`] : []),
    ...(removed.length > 0 ? [`-${quantity(removed.length, 'range')}`] : []),
  ];
  return [
    `  ${target}: part ${part} waits: ${ranges.join(', ')}. \`plan ${part}\` shows them.`,
    `      \`approve ${part} --why "..."\` lets it go, \`decline ${part} --why "..."\` declines it.`,
  ];
}

/** Open holds, questions first. */
export function showHolds(holds: readonly HoldView[]): string {
  if (holds.length === 0) return 'No hold is open. `todo` lists what else waits.';
  const waits = ({ questions, answered }: HoldView) => questions.length > 0 && !answered;
  return [...visibleIn(holds)]
    .sort((a, b) => Number(waits(b)) - Number(waits(a)))
    .map((hold) => {
      const of = 'tag' in hold.of ? hold.of.tag : `target ${hold.of.target}`;
      const from = hold.changeNumber === undefined ? '' : `, publication ${hold.changeNumber}`;
      const title = `[${hold.short}] ${of}: ${hold.kind} of ${extent(hold.prefixes)}, since ${clock(hold.since)}${from}`;
      const [stays, changes] = answersTo(hold.kind);
      const below = (text: string | false) => text && wrapped(text, 4);
      return lines([
        waits(hold) ? colors.yellow(wrapped(title)) : wrapped(title),
        ...hold.questions.map(({ rule, text }) => below(`${text} [${rule}]`)),
        below(listed(hold.prefixes, 8)),
        below(hold.coveredByGlobal.length > 0 && `The global tag still has ${extent(hold.coveredByGlobal)} of it.`),
        below(
          hold.answered
            ? `Answered: ${answerText(hold.answered)}${recordText(hold.answered)}`
            : `Without an answer: ${hold.otherwise}`,
        ),
        !hold.answered && `    \`answer ${stays} ${hold.short} --why "..."\` leaves it so,`,
        !hold.answered && `    \`answer ${changes} ${hold.short} --why "..."\` does not.`,
        below(`Id: ${hold.id}`),
      ]);
    })
    .join('\n');
}

/** Tags and targets that have an address. */
export function showLookup(view: LookupView): string {
  const { address, tags, targets, file } = visibleIn(view);
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  return lines([
    `${colors.bold(address)}${file === undefined ? '' : ` in ${file}`}`,
    tags.length === 0
      ? 'No tag has it.'
      : tableText(
          ['Tag', 'Prefix', 'Published', 'Effective', 'Since'],
          tags.map((one) => [one.tag, one.prefix, yes(one.published), yes(one.effective), sinceText(one)]),
        ),
    ...tags.flatMap(({ tag, held }) => (held ? [heldText(tag, held)] : [])),
    targets.length > 0 &&
      tableText(
        ['Target', 'Has it', 'Ours'],
        targets.map(({ target, holds, ours, error }) => [target, error ?? yes(holds), error ? '' : yes(ours)]),
      ),
    ...targets.flatMap(({ target, grants = [] }) => grants.map((grant) => `${target}: ${grantText(grant)}`)),
  ]);
}

/** Since when a tag has it, or since when it does not and is held. */
function sinceText({ since, held, watched }: LookupView['tags'][number]): string {
  if (since) return `publication ${since.changeNumber}, ${since.at.slice(0, 10)}`;
  if (held?.kind === 'loss') return `gone since publication ${held.changeNumber}`;
  if (held) return `held since publication ${held.changeNumber}`;
  return watched ? 'several publications' : 'not watched';
}

/** Who or what holds it, why, and what ends that. */
function heldText(tag: string, { id, kind, since, questions, answered, otherwise }: Omit<HoldView, 'short'>): string {
  const does = kind === 'loss' ? 'keeps it, though it is no longer published' : 'keeps it out, though it is published';
  const asked = questions.map(({ text, rule }) => ` ${text} [${rule}].`).join('');
  const why = answered ? ` Answered: ${answerText(answered)}${recordText(answered)}.` : asked;
  return `${tag}: hold ${id} ${does}, since ${clock(since)}.${why} Without ${answered ? 'another' : 'an'} answer: ${otherwise}.`;
}

/** Since when an entry of ours is there, why, by which run and on whose decision. */
function grantText({ prefixes, cause, since, run, found, decisions = [] }: GrantView): string {
  const when = since === undefined ? 'since before causes were recorded' : `since ${clock(since)}`;
  const by = run === undefined ? '' : `, run ${run}`;
  const decided = decisions.map(
    ({ by: who, why, ticket }) => `; decided by ${who}${ticket === undefined ? '' : ` (${ticket})`}: ${why}`,
  );
  return `${listed(prefixes)} ${found ? 'found there' : 'allowed'} ${when}: ${causeText(cause)}${by}${decided.join('')}.`;
}

/** Decisions as recorded, and the run that applies them. */
export function showDecisions(recorded: RecordedDecisions): string {
  const { words, run } = visibleIn(recorded);
  return lines([
    ...words.map(
      (word) =>
        `Recorded ${word.id}: ${word.kind}${word.kind === 'answer' ? ` "${decisionText(word)}" to hold ${word.hold}` : ''}, ${recordText(word)}`,
    ),
    ...words.flatMap((word) =>
      'needs' in word && word.needs !== undefined ? [`It counts once ${word.needs} people have decided the same.`] : [],
    ),
    words.some((word) => 'needs' in word)
      ? `Run ${run} looks at it.`
      : `Run ${run} applies it; \`todo\` shows what waits then.`,
  ]);
}

const howKnown = { token: '', key: ' (by key)', claimed: ' (as claimed)' } as const;

function pauseEnd(decision: Decision): string {
  return decision.kind === 'pause' && decision.until !== undefined
    ? `until ${clock(decision.until)}`
    : 'until it is resumed';
}

function answerText(decision: Decision): string {
  return decision.kind === 'answer' ? `${decisionText(decision)}; ` : '';
}

/** "keep until Mon 2024-01-22 00:00 UTC, only 20.1.0.0/24". */
function decisionText({ answer, until, ranges }: HoldDecision): string {
  const end = until === undefined ? '' : ` until ${clock(until)}`;
  return `${answer}${end}${ranges === undefined ? '' : `, only ${listed(ranges, 8)}`}`;
}

function recordText({ by, at, why, ticket }: Decision): string {
  return `${by.name}${howKnown[by.how]}, ${clock(at)}: ${why}${ticket === undefined ? '' : ` [${ticket}]`}`;
}

function lines(parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part).join('\n');
}
