import { byFamily, families } from '../../core/address/family.ts';
import { setsOf } from '../../core/address/sets.ts';
import { answersTo } from '../../core/decisions/decision.ts';
import { distinctPersons } from '../../core/decisions/person.ts';
import { peopleNeeded } from '../../core/decisions/quorum.ts';
import type { PendingApproval } from '../../core/judge/ledger.ts';
import { covers, entriesOf, meets } from '../../core/plan/entries.ts';
import { aWeekAfter } from '../../core/publication/freshness.ts';
import { needsOperator } from '../../core/reason.ts';
import { extent, quantity } from '../../messages/format.ts';
import { suggestForGain, suggestForLoss, suggestForPart } from '../../messages/suggestion.ts';
import { affectedByTag, affectedByTarget } from '../../run/affected.ts';
import type { InboxItem } from '../inbox.ts';
import type { HoldView } from '../operator.ts';
import { commandsFor, type InboxInput, rulesFor } from './inbox-input.ts';

/** A hold with a question, as an item. */
export function itemOfHold(hold: HoldView, input: InboxInput): InboxItem {
  const { context, ledger, lists, now, short } = input;
  const tag = 'tag' in hold.of ? hold.of.tag : undefined;
  const about = 'tag' in hold.of ? hold.of.tag : hold.of.target;
  const name = short.get(hold.id) ?? hold.id;
  const row = tag === undefined ? undefined : ledger.tags.get(tag);
  const held = setsOf(hold.prefixes);
  const ownFamilies = families.filter((f) => !held[f].isEmpty);
  const gain = hold.kind === 'gain';
  const confirmed = ownFamilies.every((f) => row?.withoutParents?.includes(f) !== true);
  const suggested = gain ? suggestForGain(hold.questions, confirmed) : suggestForLoss(hold.parents, now);
  const date = row?.holds.find(({ id }) => id === hold.id)?.publication.date;
  return {
    kind: 'hold',
    id: hold.id,
    short: name,
    about,
    title: gain
      ? `${about} gained ${extent(hold.prefixes)}: suspicious, and kept out.`
      : `${about} lost ${extent(hold.prefixes)}, which stay allowed.`,
    since: hold.since,
    prefixes: hold.prefixes,
    addresses: hold.addresses,
    reasons: hold.questions,
    affected: tag === undefined ? affectedByTarget(context, about) : affectedByTag(context, lists, [tag], ownFamilies),
    ...(hold.parents ? { parents: hold.parents } : {}),
    suggested,
    // A loss that is ignored does no harm.
    ifIgnored: {
      text: gain
        ? `${sentence(hold.otherwise)} If it is right, connections fail once Azure uses it.`
        : sentence(hold.otherwise),
      ...(gain && date !== undefined ? { at: aWeekAfter(date) } : {}),
    },
    commands: commandsFor(
      suggested.answer,
      answersTo(hold.kind).map((answer) => ({ answer, words: `answer ${answer} ${name}` })),
      rulesFor(input, tag === undefined ? about : undefined),
    ),
  };
}

/** A part that only a person lets through, as an item; nothing for one that is decided already, or waits for its hour. */
export function itemOfPart(question: PendingApproval, input: InboxInput): readonly InboxItem[] {
  const { part, target, since, direction, ranges = [], reasons = [] } = question;
  const { context, decisionState, ledger, short, lists } = input;
  if (direction === undefined || !needsOperator(reasons) || !context.targets.has(target)) return [];
  const { active } = decisionState;
  const all = entriesOf(ranges);
  const decided = [
    ...active.approvals.map(({ decision, covers: covered }) => ({ ...decision, covered })),
    ...active.declinedParts.map((decision) => ({ ...decision, covered: entriesOf(decision.ranges) })),
  ];
  if (decided.some((one) => one.target === target && one.direction === direction && covers(one.covered, all)))
    return [];
  const name = short.get(part) ?? part;
  const removal = input.removals.get(part);
  const suggested = suggestForPart(reasons, removal?.losses ?? [], input.now);
  const list = context.loaded.config.targets[target]?.list;
  const tags = list === undefined ? [] : (lists[list]?.tags ?? []);
  const announced = (ledger.source?.gains ?? []).filter(
    ({ tag, prefixes }) => tags.includes(tag) && meets(entriesOf(prefixes), all),
  );
  const earliest = announced.map((gain) => gain.earliest).sort()[0];
  const sets = setsOf(ranges);
  return [
    {
      kind: 'part',
      id: part,
      short: name,
      about: target,
      title: `${target} waits to ${direction} ${extent(ranges)}.`,
      since,
      prefixes: ranges,
      addresses: byFamily((f) => sets[f].count.toString()),
      reasons,
      affected: affectedByTarget(context, target),
      ...(removal === undefined ? {} : { risks: removal.risks }),
      suggested,
      ifIgnored:
        direction === 'add'
          ? {
              text: `It is not written, and connections to ${quantity(ranges.length, 'range')} fail once Azure uses them.`,
              at: earliest ?? since,
            }
          : { text: 'It is not written: the ranges stay allowed.' },
      commands: [
        ...commandsFor(
          suggested.answer,
          [
            { answer: 'approve', words: `approve ${name}` },
            { answer: 'decline', words: `decline ${name}` },
          ],
          rulesFor(input, target),
        ),
        { answer: 'look', command: `npm run -s cli -- plan ${name}` },
      ],
      ...approvalsOf(part, input),
    },
  ];
}

/** Who approved a part that several people have to approve. */
function approvalsOf(part: string, { decisionState }: InboxInput): Pick<InboxItem, 'approvals'> {
  const some = decisionState.active.incomplete.filter(({ decision }) => decision.part === part);
  const [first] = some;
  if (first === undefined) return {};
  const by = distinctPersons(some.map(({ decision }) => decision.by)).map(({ name }) => name);
  return { approvals: { by, needed: peopleNeeded(first.decision) } };
}

/** The text with a capital letter and a full stop. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
