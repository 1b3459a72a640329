import { families } from '../../core/address/family.ts';
import { aWeekAfter } from '../../core/publication/freshness.ts';
import { parseFileName } from '../../core/publication/publication.ts';
import type { StoredPublication } from '../../ports/store.ts';
import { affectedByTag } from '../../run/affected.ts';
import type { InboxItem } from '../inbox.ts';
import { commandsFor, type InboxInput, rulesFor } from './inbox-input.ts';

const compare = "compare with the file on Microsoft's download page; if that one is wrong too, wait for the next one";
const none = { ipv4: '0', ipv6: '0' };

/** A file that was refused or waits, as an item. */
export function itemOfFile(
  { digest, file, status, firstSeen, publication, reasons }: StoredPublication,
  input: InboxInput,
): InboxItem {
  const { context, ledger, lists, short } = input;
  const name = short.get(digest) ?? digest;
  const adds = (ledger.source?.gains ?? []).filter((gain) => gain.digest === digest);
  const tags = adds.length > 0 ? adds.map(({ tag }) => tag) : Object.values(lists).flatMap((list) => list.tags);
  const date = publication?.date ?? parseFileName(file)?.date;
  return {
    kind: 'file',
    id: digest,
    short: name,
    about: file,
    title: `${file} ${status === 'waiting' ? 'looks unusual and waits' : 'was refused'}; every list stays as the file before has it.`,
    since: firstSeen,
    prefixes: adds.flatMap(({ prefixes }) => prefixes),
    addresses: none,
    reasons: reasons.map((text) => ({
      rule: status === 'waiting' ? 'unusual-file' : 'refused-file',
      text,
      next: compare,
    })),
    affected: affectedByTag(context, lists, tags, families),
    suggested: { answer: 'wait', reason: 'The next publication is judged afresh, and most faults are gone with it.' },
    ifIgnored: {
      text: 'Nothing is removed and nothing is added: addresses that this file alone announces would be missing.',
      ...(date === undefined ? {} : { at: aWeekAfter(date) }),
    },
    commands: commandsFor(
      'wait',
      [
        { answer: 'accept', words: `accept ${name}` },
        { answer: 'or some of', words: `accept ${name} --tags TAG` },
      ],
      rulesFor(input, undefined),
    ),
  };
}

/**
 * Tags that a list selects and that were not taken from the publication in force. A sound one that is older content can be
 * accepted from it; a damaged one only from another file that is kept and has it sound.
 */
export function itemsOfTags(input: InboxInput): InboxItem[] {
  const { context, ledger, lists } = input;
  const { accepted } = ledger;
  const selected = new Set(Object.values(lists).flatMap((list) => list.tags));
  return (accepted?.tagsFrom ?? []).flatMap(({ tag, from, why, stale }): InboxItem[] => {
    if (accepted === undefined || why === undefined || !selected.has(tag)) return [];
    return [
      {
        kind: 'tag',
        id: tag,
        short: tag,
        about: tag,
        title: `${tag} of publication ${accepted.changeNumber} cannot be believed and stays ${from ? `as in ${from.changeNumber}` : 'unknown'}.`,
        since: accepted.provenance.fetchedAt,
        prefixes: [],
        addresses: none,
        reasons: [{ rule: 'set-aside', text: why, next: compare }],
        affected: affectedByTag(context, lists, [tag], families),
        suggested: {
          answer: 'wait',
          reason: stale
            ? 'The next publication is judged afresh.'
            : 'The next publication is judged afresh; of this one no answer can take a damaged tag. A range that is needed before then goes into `always` of the list.',
        },
        ifIgnored: {
          text: 'Nothing is removed. Addresses that this file alone announces for the tag would be missing.',
          at: aWeekAfter(accepted.date),
        },
        commands: stale
          ? commandsFor('wait', [{ answer: 'accept', words: `accept ${tag}` }], rulesFor(input, undefined))
          : [
              { answer: 'look', command: 'npm run -s cli -- publications' },
              ...commandsFor(
                'wait',
                [{ answer: 'elsewhere', words: `accept FILE --tags ${tag}` }],
                rulesFor(input, undefined),
              ),
            ],
      },
    ];
  });
}
