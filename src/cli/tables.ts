import type { TagDiff } from '../core/publication/diff.ts';
import { decidedText } from '../messages/changes.ts';
import { addressesIn, causeText, extent, statusText } from '../messages/format.ts';
import type { InboxItem } from '../operator/inbox.ts';
import type { HoldView, LookupView, StatusView } from '../operator/operator.ts';
import type { ChangeView } from '../operator/queries/changes.ts';
import type { KeptPublication } from '../operator/queries/publications.ts';
import type { RunsView } from '../operator/queries/runs.ts';
import type { SelectedTag } from '../operator/queries/tag-history.ts';
import type { Column } from './columns.ts';

// The columns of every command that prints a table: those that it has without --columns first, in their order.

const day = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
const yes = (is: boolean | undefined): string => (is === undefined ? '' : is ? 'yes' : 'no');

export const runColumns: readonly Column<RunsView['runs'][number]>[] = [
  {
    name: 'started',
    head: 'Started (UTC)',
    cell: ({ startedAt }) => day(startedAt),
    plain: ({ startedAt }) => startedAt,
  },
  { name: 'run', head: 'Run', cell: ({ run }) => run, whole: true },
  { name: 'status', head: 'Status', cell: ({ status }) => statusText(status), plain: ({ status }) => status },
  { name: 'in', head: 'In', cell: ({ added }) => `+${added}`, plain: ({ added }) => String(added), numeric: true },
  {
    name: 'out',
    head: 'Out',
    cell: ({ removed }) => `-${removed}`,
    plain: ({ removed }) => String(removed),
    numeric: true,
  },
  {
    name: 'publication',
    head: 'Publ.',
    cell: ({ publication }) => String(publication?.changeNumber ?? ''),
    numeric: true,
  },
  {
    name: 'closed',
    head: 'Closed (UTC)',
    cell: ({ closedAt = '' }) => day(closedAt),
    plain: ({ closedAt = '' }) => closedAt,
    more: true,
  },
  { name: 'trigger', head: 'Trigger', cell: ({ trigger }) => trigger, more: true },
  { name: 'by', head: 'Asked by', cell: ({ by = [] }) => by.map(({ name }) => name).join(', '), more: true },
  {
    name: 'targets',
    head: 'Targets',
    cell: ({ targets }) => targets.map(({ id, status }) => `${id} ${statusText(status)}`).join(', '),
    more: true,
  },
  { name: 'writes', head: 'Writes', cell: ({ armWrites }) => String(armWrites), numeric: true, more: true },
];

export const changeColumns: readonly Column<ChangeView>[] = [
  { name: 'at', head: 'When (UTC)', cell: ({ at }) => day(at), plain: ({ at }) => at },
  { name: 'target', head: 'Target', cell: ({ target }) => target },
  { name: 'list', head: 'List', cell: ({ list }) => list },
  { name: 'what', head: 'What', cell: ({ direction }) => (direction === 'add' ? 'added' : 'removed') },
  { name: 'prefix', head: 'Range', cell: ({ prefix }) => prefix, whole: true },
  { name: 'addresses', head: 'Addresses', cell: ({ prefix }) => addressesIn(prefix).toString(), numeric: true },
  { name: 'cause', head: 'Cause', cell: ({ cause }) => causeText(cause) },
  { name: 'tag', head: 'Tag', cell: ({ cause }) => ('tag' in cause ? cause.tag : '') },
  {
    name: 'by',
    head: 'Decided by',
    cell: ({ by = [] }) => decidedText(by),
    plain: ({ by = [] }) => by.map(({ name }) => name).join('; '),
  },
  { name: 'why', head: 'Why', cell: ({ by = [] }) => by.map(({ why }) => why).join('; ') },
  { name: 'ticket', head: 'Ticket', cell: ({ by = [] }) => by.flatMap(({ ticket }) => ticket ?? []).join('; ') },
  { name: 'run', head: 'Run', cell: ({ run }) => run, whole: true },
];

export const publicationColumns: readonly Column<KeptPublication>[] = [
  { name: 'date', head: 'Date', cell: ({ date }) => date },
  { name: 'number', head: 'Number', cell: ({ changeNumber }) => String(changeNumber ?? ''), numeric: true },
  { name: 'status', head: 'Status', cell: ({ status }) => status },
  {
    name: 'digest',
    head: 'Digest',
    cell: ({ digest }) => digest.slice(0, 12),
    plain: ({ digest }) => digest,
    whole: true,
  },
  { name: 'file', head: 'File', cell: ({ file }) => file },
  {
    name: 'seen',
    head: 'First seen (UTC)',
    cell: ({ firstSeen }) => day(firstSeen),
    plain: ({ firstSeen }) => firstSeen,
    more: true,
  },
  { name: 'reasons', head: 'Reasons', cell: ({ reasons }) => reasons.join('; '), more: true },
  {
    name: 'dropped',
    head: 'Not kept as it came since (UTC)',
    cell: ({ dropped = '' }) => dropped.slice(0, 10),
    more: true,
  },
];

const sum = (ranges: readonly string[]): string => (ranges.length === 0 ? '' : extent(ranges));

export const diffColumns: readonly Column<TagDiff>[] = [
  { name: 'tag', head: 'Tag', cell: ({ tag }) => tag, whole: true },
  { name: 'is', head: 'Is', cell: ({ kind }) => kind },
  { name: 'gained', head: 'Gained', cell: ({ gained }) => sum(gained), plain: ({ gained }) => gained.join(' ') },
  { name: 'lost', head: 'Lost', cell: ({ lost }) => sum(lost), plain: ({ lost }) => lost.join(' ') },
];

export const targetColumns: readonly Column<StatusView['targets'][number]>[] = [
  { name: 'target', head: 'Target', cell: ({ id }) => id },
  { name: 'kind', head: 'Kind', cell: ({ kind }) => kind },
  { name: 'list', head: 'List', cell: ({ list }) => list },
  { name: 'status', head: 'Status', cell: ({ status }) => statusText(status), plain: ({ status }) => status },
  { name: 'paused', head: 'Paused', cell: ({ paused }) => (paused ? `by ${paused.by.name}: ${paused.why}` : '') },
  { name: 'reasons', head: 'Reasons', cell: ({ reasons }) => reasons.map(({ text }) => text).join('; '), more: true },
  { name: 'foreign', head: 'Foreign', cell: ({ foreign }) => String(foreign?.count ?? 0), numeric: true, more: true },
];

const idColumn: Column<Pick<HoldView, 'id' | 'short'>> = {
  name: 'id',
  head: 'Id',
  cell: ({ short }) => short,
  plain: ({ id }) => id,
  whole: true,
};

const rangesColumn: Column<Pick<HoldView, 'prefixes'>> = {
  name: 'ranges',
  head: 'Ranges',
  cell: ({ prefixes }) => String(prefixes.length),
  plain: ({ prefixes }) => prefixes.join(' '),
  numeric: true,
};

const sinceColumn: Column<Pick<HoldView, 'since'>> = {
  name: 'since',
  head: 'Since (UTC)',
  cell: ({ since }) => day(since),
  plain: ({ since }) => since,
};

export const holdColumns: readonly Column<HoldView>[] = [
  idColumn,
  { name: 'about', head: 'About', cell: ({ of }) => ('tag' in of ? of.tag : of.target) },
  { name: 'kind', head: 'Kind', cell: ({ kind }) => kind },
  rangesColumn,
  sinceColumn,
  { name: 'publication', head: 'Publ.', cell: ({ changeNumber }) => String(changeNumber ?? ''), numeric: true },
  { name: 'asks', head: 'Asks', cell: ({ questions, answered }) => yes(questions.length > 0 && !answered) },
  { name: 'answered', head: 'Answered by', cell: ({ answered }) => answered?.by.name ?? '' },
  { name: 'otherwise', head: 'Without an answer', cell: ({ otherwise }) => otherwise, more: true },
];

export const todoColumns: readonly Column<InboxItem>[] = [
  idColumn,
  { name: 'kind', head: 'Kind', cell: ({ kind }) => kind },
  { name: 'about', head: 'About', cell: ({ about }) => about },
  rangesColumn,
  sinceColumn,
  { name: 'suggested', head: 'Suggested', cell: ({ suggested }) => suggested.answer },
  { name: 'title', head: 'Title', cell: ({ title }) => title, more: true },
  { name: 'ignored', head: 'If ignored', cell: ({ ifIgnored }) => ifIgnored.text, more: true },
  { name: 'command', head: 'Command', cell: ({ commands }) => commands[0]?.command ?? '', whole: true, more: true },
];

/** A tag or a target that has an address, or has it not. */
type Found =
  | { readonly of: 'tag'; readonly one: LookupView['tags'][number] }
  | { readonly of: 'target'; readonly one: LookupView['targets'][number] };

/** Tags, then targets. */
export function foundIn({ tags, targets }: LookupView): Found[] {
  return [...tags.map((one): Found => ({ of: 'tag', one })), ...targets.map((one): Found => ({ of: 'target', one }))];
}

export const lookupColumns: readonly Column<Found>[] = [
  { name: 'of', head: 'Of', cell: ({ of }) => of },
  { name: 'name', head: 'Name', cell: (found) => (found.of === 'tag' ? found.one.tag : found.one.target), whole: true },
  { name: 'prefix', head: 'Prefix', cell: (found) => (found.of === 'tag' ? found.one.prefix : '') },
  { name: 'published', head: 'Published', cell: (found) => (found.of === 'tag' ? yes(found.one.published) : '') },
  {
    name: 'allowed',
    head: 'Allowed',
    cell: (found) => yes(found.of === 'tag' ? found.one.effective : found.one.holds),
  },
  { name: 'ours', head: 'Ours', cell: (found) => (found.of === 'tag' ? '' : yes(found.one.ours)) },
  { name: 'hold', head: 'Hold', cell: (found) => (found.of === 'tag' ? (found.one.hold ?? '') : '') },
  { name: 'error', head: 'Error', cell: (found) => (found.of === 'tag' ? '' : (found.one.error ?? '')), more: true },
];

export const tagColumns: readonly Column<SelectedTag>[] = [
  { name: 'tag', head: 'Tag', cell: ({ tag }) => tag, whole: true },
  { name: 'lists', head: 'Lists', cell: ({ lists }) => lists.join(', ') },
  { name: 'published', head: 'Published', cell: ({ published }) => published?.ipv4 ?? '', numeric: true },
  { name: 'allowed', head: 'Allowed', cell: ({ effective }) => effective?.ipv4 ?? '', numeric: true },
  { name: 'held', head: 'Held', cell: ({ held }) => held?.ipv4 ?? '', numeric: true },
  {
    name: 'holds',
    head: 'Holds',
    cell: ({ holds }) => (holds.length === 0 ? '' : String(holds.length)),
    plain: ({ holds }) => String(holds.length),
    numeric: true,
  },
  {
    name: 'changed',
    head: 'Last change',
    cell: ({ lastChange }) => lastChange?.at.slice(0, 10) ?? '',
    plain: ({ lastChange }) => lastChange?.at ?? '',
    whole: true,
  },
  { name: 'ipv6', head: 'IPv6', cell: ({ effective }) => effective?.ipv6 ?? '', numeric: true, more: true },
];
