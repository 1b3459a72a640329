import type { DecisionRef } from '../core/plan/memory.ts';
import type { Cause } from '../core/plan/plan-types.ts';
import type { WhyAnswer, WhyException, WhyHold, WhyList, WhyPart, WhyTag, WhyTarget, WhyView } from '../core/why.ts';
import { causeText, clock, listed, quantity, stopped } from './format.ts';

/** Why something is allowed or not: paragraphs, one a target, facts first. */
export function whyText(view: WhyView): string[] {
  const { asked, at, past, publication, resolved, answers } = view;
  const when = past ? `on ${clock(at)}` : 'now';
  const force = publication
    ? `publication ${publication.changeNumber} of ${publication.date} ${past ? 'was' : 'is'} in force`
    : `no publication ${past ? 'is on record from then' : 'was accepted yet'}`;
  const lists = past ? ' Lists are as the config has them now.' : '';
  const names = resolved?.length === 0 ? ['It has no address.'] : [];
  const left = (resolved?.length ?? 0) - (answers.length - 1);
  const more =
    resolved && left > 0 ? [`${quantity(left, 'more address', 'more addresses')} of it: ask about each.`] : [];
  return [
    `${asked} ${when}; ${force}.${lists}`,
    ...names,
    ...answers.flatMap((answer, index) => [
      ...(index > 0 ? [`${asked} is ${answer.of}:`] : []),
      ...answerText(answer, resolved !== undefined),
    ]),
    ...more,
  ];
}

function answerText({ of, lists, targets }: WhyAnswer, isResolved: boolean): string[] {
  const told = targets.filter((target) => !isNothing(target));
  const silent = targets.filter(isNothing).map(({ target }) => target);
  const said = new Set<string>();
  const covered = new Set(told.map(({ list }) => list));
  const alone = lists.filter((one) => !covered.has(one.list) && hasSome(one));
  const isName = !/^[\da-f.:/ -]+$/i.test(of) || !/\d/.test(of);
  return [
    ...told.map((target) =>
      targetText(
        target,
        lists.find(({ list }) => list === target.list),
        said,
      ),
    ),
    ...alone.map((one) => listAlone(one, isName && !isResolved)),
    ...(silent.length === 0 ? [] : [silentText(silent)]),
    ...(told.length + alone.length > 0 ? [] : [nothing(of, isName, isResolved)]),
  ];
}

function silentText(targets: readonly string[]): string {
  const lists = targets.length === 1 ? 'its list does not have it' : 'their lists do not have it';
  return `Not in ${listed(targets, 8)}: ${lists}, and it never was there, as far as is on record.`;
}

function nothing(of: string, isName: boolean, isResolved: boolean): string {
  if (isName) return `No list has ${of} as a host name.${isResolved ? '' : ' --resolve looks at its addresses.'}`;
  return `No list has it. \`lookup ${of}\` shows the tags that do.`;
}

/** Whether there is nothing to say of a target: it never had it, and nothing concerns it. */
function isNothing({ parts }: WhyTarget): boolean {
  return parts.every(({ allowed, wanted, went, holds }) => !allowed && !wanted && !went && holds.length === 0);
}

function hasSome({ allowed, tags, always, never }: WhyList): boolean {
  return allowed !== 'not' || tags.length + always.length + never.length > 0;
}

function listAlone(one: WhyList, isName: boolean): string {
  const { list, allowed, never } = one;
  const has = allowed === 'not' ? 'does not have it' : allowed === 'wholly' ? 'has it' : 'has it in part';
  const out = never.map((exception) => ` Never: ${exceptionText(exception)}.`).join('');
  const ask = isName ? ' --resolve looks at its addresses.' : '';
  return `List ${list} ${has}${byText(one.tags, one)}; no target holds it for this list.${out}${ask}`;
}

function targetText(
  { target, list, mode, allowed, parts }: WhyTarget,
  of: WhyList | undefined,
  said: Set<string>,
): string {
  const many = parts.length > 1;
  const one = allowed === 'wholly' ? 'allowed' : 'not allowed';
  const sums = allowed === 'in part' ? 'allowed in part' : one;
  const head = `${target} (list ${list}${mode === 'sync' ? '' : `, ${mode}`}): ${sums}`;
  const texts = parts.map((part) => partText(part, list, of, said));
  if (!many) return `${head}${texts.join('')}`;
  return [`${head}.`, ...parts.map((part, i) => `${listed(part.ranges, 3)}: ${stateOf(part)}${texts[i]}`)].join(' ');
}

function stateOf({ allowed }: WhyPart): string {
  return allowed ? 'allowed' : 'not allowed';
}

/** What follows on "allowed" or "not allowed". */
function partText(part: WhyPart, list: string, of: WhyList | undefined, said: Set<string>): string {
  const sentences = [
    part.allowed ? cameText(part) : wentText(part),
    ownText(part, list, of),
    ...part.holds.map((hold) => holdText(hold, said)),
  ];
  return sentences.filter((text) => text !== '').join(' ');
}

function cameText({ since, cause, run, found, decisions }: WhyPart): string {
  const when = since === undefined ? '' : ` since ${clock(since)}`;
  const why = cause === undefined ? '' : `: ${cameBy(cause, found)}`;
  return `${when}${why}${inRun(run)}${decidedText(decisions)}.`;
}

function wentText({ went, wanted }: WhyPart): string {
  if (!went) return wanted ? ' yet.' : ', and never was, as far as is on record.';
  const { at, cause, run, decisions, was } = went;
  const clocked = cause.kind === 'released' && !decisions ? ' by the clock' : '';
  const since = was?.since === undefined ? 'before that' : `from ${clock(was.since)} on`;
  const before = was ? ` It was allowed ${since}: ${cameBy(was.cause, undefined)}.` : '';
  return ` since ${clock(at)}: ${wentBy(cause)}${clocked}${inRun(run)}${decidedText(decisions)}.${before}`;
}

function cameBy(cause: Cause, found: true | undefined): string {
  if (cause.kind === 'config') return 'the config was edited to select it';
  if (cause.kind === 'registry') return 'a registry needs it';
  if (cause.kind === 'first contact') return `${found ? 'present before' : 'written by'} the first run on this target`;
  return causeText(cause);
}

function wentBy(cause: Cause): string {
  if (cause.kind === 'config') return 'the config was edited and no longer selects it';
  if (cause.kind === 'registry') return 'no registry of the list needs it any more';
  if (cause.kind === 'released') return `${cause.tag} no longer publishes it, and hold ${cause.hold} was released`;
  return cause.kind === 'drift' ? 'taken out outside this service' : causeText(cause);
}

function inRun(run: string | undefined): string {
  return run === undefined ? '' : ` (run ${run})`;
}

function decidedText(decisions: readonly DecisionRef[] = []): string {
  return decisions
    .map(
      ({ by, why, ticket }) =>
        `; decided by ${by}${ticket === undefined ? '' : ` (${ticket})`}: ${why.replace(/\.$/, '')}`,
    )
    .join('');
}

/** What the list says of it, beside what the target holds. */
function ownText({ wanted, allowed, tags, ranges }: WhyPart, list: string, of: WhyList | undefined): string {
  if (wanted) return `List ${list} has it${byText(tags, of, ranges)}.`;
  return allowed ? `List ${list} does not have it.` : '';
}

/** " by Storage.WestUS (published since publication 200, 2024-01-15)", " by `always`: a test lab (network team)". */
function byText(
  tags: readonly WhyTag[],
  of: Pick<WhyList, 'always' | 'registries'> | undefined,
  ranges?: readonly string[],
): string {
  const isName = ranges?.every((one) => /[a-z]/i.test(one) && !one.includes(':')) ?? false;
  const by = [
    ...tags.filter((tag) => tag.ranges.length > 0).map(tagText),
    ...(isName ? [] : (of?.always ?? [])).map((exception) => `its own ${exceptionText(exception)}`),
    ...(of?.registries ?? []).map((origin) => `registry ${origin}`),
  ];
  return by.length === 0 ? '' : ` by ${listed(by, 4)}`;
}

function tagText({ tag, published, appeared, asIn }: WhyTag): string {
  const [first, ...later] = appeared.map(({ changeNumber }) => String(changeNumber));
  const since = first === undefined ? '' : ` since publication ${first}, ${appeared[0]?.at.slice(0, 10)}`;
  const more = later.length === 0 ? '' : `, and ${listed(later, 3)}`;
  const has = published === 'not' ? 'no longer published' : `${published === 'in part' ? 'in part ' : ''}published`;
  const as = asIn?.from ? `, as in ${asIn.from.file}${asIn.why === undefined ? '' : `: ${asIn.why}`}` : '';
  return `${tag} (${has}${published === 'not' ? '' : `${since}${more}`}${as})`;
}

function exceptionText({ prefix, reason, owner, expires }: WhyException): string {
  const why = reason === undefined ? '' : `: ${reason} (${owner ?? 'no owner'})`;
  return `${prefix}${why}${expires === undefined ? '' : `, until ${expires}`}`;
}

/** A hold of a tag concerns many targets alike: it is told in full once. */
function holdText({ kind, id, ranges, text, next }: WhyHold, said: Set<string>): string {
  const of = ranges === undefined ? '' : `, of ${listed(ranges, 3)}`;
  const named = id === undefined ? '' : ` ${id}`;
  const known = id !== undefined && (kind === 'loss' || kind === 'gain') && said.has(id);
  if (id !== undefined) said.add(id);
  const end = next === undefined ? '' : `; ${next}`;
  return known ? `${headOf[kind]}${named}, see above.` : stopped(`${headOf[kind]}${named}${of}: ${text}${end}`);
}

const headOf: Readonly<Record<WhyHold['kind'], string>> = {
  loss: 'Kept by hold',
  gain: 'Kept out by hold',
  list: 'Kept by hold',
  part: 'Waits as part',
  refused: 'Refused',
  failed: 'Failed',
  pause: 'Not written',
  pin: 'Pinned',
  window: 'Waits for its window',
  never: 'Left out',
  family: 'Left out',
  mode: 'By its mode',
  others: 'Let in by others',
  'next run': 'To come',
};
