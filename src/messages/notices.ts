import type { DomainEvent } from '../core/event.ts';
import type { Affected, Notice, NoticeKind, NoticeRanges } from '../core/notice.ts';
import { visibleIn } from '../core/visible-text.ts';
import { affectedText } from './affected.ts';
import { agreed, fateOf, type Told, withoutOutdated } from './agreement.ts';
import { remindersText } from './hold.ts';
import { linksOf, runbookFor } from './links.ts';
import { changedText, endedText, failedText, keptText, type Occasion, pendingText } from './notice-texts.ts';
import { driftText } from './target.ts';
import type { EventKind, Text } from './text.ts';
import { textOf } from './text-of.ts';

/** The kind of notice of an event (see noticeKindOf()); `silent`: none of its own, because its consequences have one. */
const kindOf: Readonly<Record<EventKind, NoticeKind | 'silent'>> = {
  'publication-accepted': 'silent',
  'publication-refused': 'source',
  'publication-waits': 'source',
  'source-unreachable': 'source',
  'source-freshness': 'source',
  'source-disagreement': 'source',
  'deadline-in-danger': 'deadline',
  'tag-changed': 'silent',
  'tag-vanished': 'silent',
  'tag-returned': 'silent',
  'hold-opened': 'question',
  'hold-settled': 'kept',
  'hold-reminder': 'question',
  'control-changed': 'control',
  'target-orphaned': 'control',
  'target-reminder': 'waits',
  'hold-shrunk': 'hold-ended',
  'hold-ended': 'hold-ended',
  'target-changed': 'changed',
  'target-failed': 'failed',
  'target-refused': 'refused',
  'target-waits': 'waits',
  'target-drift': 'drift',
  'foreign-entries': 'drift',
  'changed-meanwhile': 'drift',
  'target-near-limit': 'limit',
  'channel-down': 'channel',
  'config-refused': 'control',
  'queues-shared': 'control',
  'record-set-aside': 'control',
  'record-stops-runs': 'control',
  'device-does-not-pull': 'device',
  'registry-unreadable': 'registry',
  'registry-readable': 'registry',
  'registry-changed': 'registry',
  'registry-without-tag': 'registry',
};

/**
 * The notices for the events of one occasion (usually a closed run), in the order of the events; related events share one
 * notice. Pure, and the same for the same events, so that deliveries can be derived again.
 */
export function noticesOf(all: readonly DomainEvent[], occasion: Occasion): Notice[] {
  const events = withoutOutdated(all);
  const failed = new Set(events.flatMap((event) => (event.kind === 'target-failed' ? [event.target] : [])));
  const refused = new Set(events.flatMap((event) => (event.kind === 'target-refused' ? [event.target] : [])));
  const reported = events.filter(
    (event) =>
      noticeKindOf(event) !== 'silent' &&
      !('again' in event && event.again) &&
      // What is refused for want of room has no room that is left.
      !(event.kind === 'target-near-limit' && refused.has(event.target)) &&
      // The notice of the failure has the deadline too.
      !(event.kind === 'deadline-in-danger' && !event.suspicious && failed.has(event.target)),
  );
  const changes = reported.filter((event) => event.kind === 'target-changed');
  const ended = reported.filter((event) => event.kind === 'hold-ended' || event.kind === 'hold-shrunk');
  const losses = reported.filter((event) => event.kind === 'hold-opened').filter(({ of }) => of === 'loss');
  const asked = losses.filter(({ questions }) => questions.length > 0);
  const kept = losses.filter(({ questions }) => questions.length === 0);
  const reminders = reported.filter((event) => event.kind === 'hold-reminder' || event.kind === 'target-reminder');
  const merged = new Set<DomainEvent>([
    ...(reminders.length > 1 ? reminders : []),
    ...changes,
    ...(ended.length > 1 ? ended : []),
    ...losses,
  ]);
  const told: Told[] = [];
  const tell = (kind: NoticeKind, key: string, of: readonly DomainEvent[], text: Text) =>
    told.push({ notice: noticeOf(kind, key, of, text, events, occasion), of });
  for (const event of reported) {
    if (event === asked[0]) tell('question', 'question', asked, pendingText(asked, events));
    if (event === kept[0]) tell('kept', 'kept', kept, keptText(kept, events));
    if (event === changes[0]) tell('changed', 'changed', changes, changedText(changes, events, occasion));
    if (event === ended[0] && ended.length > 1)
      tell('hold-ended', 'hold-ended', ended, endedText(ended, ended.map(textOf)));
    if (event === reminders[0] && reminders.length > 1)
      tell('question', 'reminders', reminders, remindersText(reminders));
    if (merged.has(event)) continue;
    const text = textIn(event, events, occasion);
    tell(noticeKindOf(event) as NoticeKind, keyFor(event), [event], text);
  }
  return distinct(agreed(told));
}

/** The text of an event that has a notice of its own, with what else the run tells of the same target. */
function textIn(event: DomainEvent, events: readonly DomainEvent[], occasion: Occasion): Text {
  if (event.kind === 'target-failed') return failedText(event, events, occasion);
  return event.kind === 'target-drift' ? driftText(event, fateOf(event, events)) : textOf(event);
}

function noticeOf(
  kind: NoticeKind,
  key: string,
  of: readonly DomainEvent[],
  text: Text,
  all: readonly DomainEvent[],
  occasion: Occasion,
): Notice {
  const tags = new Set(of.flatMap((event) => ('tag' in event ? [event.tag] : selectedSetAside(event))));
  const named = new Set(of.flatMap((event) => ('target' in event ? [event.target] : [])));
  const registries = new Set(of.flatMap((event) => ('registry' in event ? [event.registry] : [])));
  const listsOfTags = Object.entries(occasion.lists)
    .filter(
      ([, list]) =>
        list.tags.some((tag) => tags.has(tag)) || list.registries?.some(({ registry }) => registries.has(registry)),
    )
    .map(([name]) => name);
  const listsOfTargets = [...named].flatMap((target) => occasion.targets[target]?.list ?? []);
  const lists = [...new Set([...listsOfTags, ...listsOfTargets])];
  const targetsOfLists = Object.entries(occasion.targets)
    .filter(([, { list }]) => listsOfTags.includes(list))
    .map(([id]) => id);
  const targets = [...new Set([...named, ...targetsOfLists])];
  const affected = affectedOf(lists, targets, registries, occasion);
  const resource = onlyResource(of, occasion);
  const [first] = of;
  const runbook = (of.length === 1 && first && runbookFor(first)) || kind;
  const links = linksOf(of, runbook, occasion);
  return {
    key,
    kind,
    // The one place where every notice passes: names of tags, reasons of people and errors of Azure are in its text.
    ...visibleIn({
      ...text,
      lines: [
        ...text.lines.map((line) => (resource === undefined ? line : line.replaceAll(/\bRESOURCE\b/g, () => resource))),
        ...(affected ? [`Affects: ${affectedText(affected)}.`] : []),
      ],
    }),
    at: occasion.at,
    ...(occasion.run === undefined ? {} : { run: occasion.run }),
    lists,
    targets,
    ...(affected ? { affected } : {}),
    ...(links.length > 0 ? { links } : {}),
    runbook,
    ranges: of.flatMap((event) => rangesOf(event, all)),
    ...errorsOf(of),
    about: of.flatMap(aboutOf),
    ends: [...of.flatMap(endsOf), ...(kind === 'changed' ? endedByAcceptance(all) : [])],
  };
}

/** ARM id of the one resource that a notice is about, for the commands in it. */
function onlyResource(of: readonly DomainEvent[], { places }: Occasion): string | undefined {
  const [event, ...others] = of;
  if (event === undefined || others.length > 0 || places === undefined) return undefined;
  if ('target' in event && event.target !== undefined) return places.targets[event.target]?.resource;
  return 'registry' in event ? places.registries[event.registry] : undefined;
}

/** Lists, targets with what is behind them, and registries that a notice touches; undefined if none, or nothing is known. */
function affectedOf(
  lists: readonly string[],
  targets: readonly string[],
  named: ReadonlySet<string>,
  { lists: all, places }: Occasion,
): Affected | undefined {
  if (places === undefined || targets.length + named.size === 0) return undefined;
  const registries = lists.flatMap((list) => all[list]?.registries?.map(({ registry }) => registry) ?? []);
  return {
    lists,
    targets: targets.map((target) => {
      const { kind = '', firewalls = [] } = places.targets[target] ?? {};
      return { target, kind, firewalls };
    }),
    registries: [...new Set([...named, ...registries])],
  };
}

/** A publication is news of its own where a tag that people's targets hold was not taken from it. */
function noticeKindOf(event: DomainEvent): NoticeKind | 'silent' {
  return selectedSetAside(event).length > 0 ? 'source' : kindOf[event.kind];
}

function selectedSetAside(event: DomainEvent): string[] {
  if (event.kind !== 'publication-accepted') return [];
  return (event.setAside ?? []).flatMap(({ tag, selected }) => (selected ? [tag] : []));
}

/** What a change after an accepted publication makes outdated: its own tags that were set aside are no old news. */
function endedByAcceptance(all: readonly DomainEvent[]): string[] {
  const accepted = all.filter((event) => event.kind === 'publication-accepted');
  if (accepted.length === 0) return [];
  return accepted.some((event) => selectedSetAside(event).length > 0) ? ['source'] : ['source', 'set-aside'];
}

function errorsOf(events: readonly DomainEvent[]): Pick<Notice, 'errors'> {
  const errors = events.flatMap((event) =>
    event.kind === 'target-failed' ? (event.errors ?? []).map((error) => ({ target: event.target, ...error })) : [],
  );
  return errors.length === 0 ? {} : { errors };
}

/** Unique among the events of one occasion that have a notice of their own, and the same at each derivation. */
function keyFor(event: DomainEvent): string {
  const subject =
    'hold' in event
      ? event.hold
      : 'registry' in event
        ? event.registry
        : 'target' in event
          ? event.target
          : 'file' in event
            ? event.file
            : undefined;
  return subject === undefined ? event.kind : `${event.kind}:${subject}`;
}

/** Two events of one kind and subject would share a key, and the second would never be delivered. */
function distinct(notices: readonly Notice[]): Notice[] {
  const seen = new Map<string, number>();
  return notices.map((notice) => {
    const count = (seen.get(notice.key) ?? 0) + 1;
    seen.set(notice.key, count);
    return count === 1 ? notice : { ...notice, key: `${notice.key}#${count}` };
  });
}

function aboutOf(event: DomainEvent): string[] {
  if (event.kind === 'hold-opened' || event.kind === 'hold-settled') return [`hold:${event.hold}`];
  if (event.kind === 'device-does-not-pull') return [`device:${event.feed}/${event.device}`];
  if (selectedSetAside(event).length > 0) return ['set-aside'];
  const kind = kindOf[event.kind];
  if (kind === 'source') return ['source'];
  if ('registry' in event)
    return [`${event.kind === 'registry-changed' ? 'registry-regions' : 'registry'}:${event.registry}`];
  if ('target' in event && kind !== 'changed') return [`${kind}:${event.target}`];
  return event.kind === 'channel-down' ? [`channel:${event.channel}`] : [];
}

/** The subjects that this event makes outdated: those that it ends, and earlier notices of its own. */
function endsOf(event: DomainEvent): string[] {
  if (event.kind === 'hold-ended') return [`hold:${event.hold}`];
  if (event.kind === 'target-changed') {
    return ['failed', 'refused', 'deadline', 'drift'].map((kind) => `${kind}:${event.target}`);
  }
  return event.kind === 'hold-opened' ? [] : aboutOf(event);
}

function rangesOf(event: DomainEvent, all: readonly DomainEvent[]): NoticeRanges[] {
  const some = (what: NoticeRanges['what'], of: string, prefixes: readonly string[]): NoticeRanges[] =>
    prefixes.length > 0 ? [{ of, what, prefixes }] : [];
  switch (event.kind) {
    case 'target-drift':
      // What was taken out is in place again only where this run wrote it.
      if (fateOf(event, all) !== 'repaired') return [];
      return [...some('added', event.target, event.added), ...some('removed', event.target, event.removed)];
    case 'target-changed':
      return [...some('added', event.target, event.added), ...some('removed', event.target, event.removed)];
    case 'target-failed':
    case 'deadline-in-danger':
      return some('missing', event.target, event.missing);
    case 'hold-settled':
      return some('held', event.tag, event.prefixes);
    case 'hold-opened':
    case 'hold-reminder':
      return some(event.of === 'loss' ? 'held' : 'kept out', event.tag, event.prefixes);
    case 'target-waits':
    case 'target-reminder':
      return some(event.direction === 'add' ? 'waits to be added' : 'waits to be removed', event.target, event.ranges);
    case 'hold-ended':
    case 'hold-shrunk':
      return some(event.of === 'loss' ? 'no longer held' : 'no longer kept out', event.tag, event.prefixes);
    default:
      return [];
  }
}
