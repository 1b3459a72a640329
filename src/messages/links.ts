import type { DomainEvent } from '../core/event.ts';
import type { Affected, Notice, NoticeLink } from '../core/notice.ts';
import { needsOperator } from '../core/reason.ts';
import { visible } from '../core/visible-text.ts';
import { causesOf } from './failure.ts';
import { firstUpper } from './format.ts';
import type { EventKind } from './text.ts';

/** The addresses that links are made of, and what stands behind each target; all from config and settings. */
export interface Places {
  /** Address below which the page is, without a slash at its end; absent: not known. */
  readonly page?: string;
  /** Address of the runbook; absent: it is in the page. */
  readonly runbook?: string;
  /** Portal of the cloud, `https://portal.azure.com`. */
  readonly portal: string;
  /** By id. `resource` is an ARM id. */
  readonly targets: Readonly<
    Record<string, Omit<Affected['targets'][number], 'target'> & { readonly resource?: string }>
  >;
  /** ARM ids of registries that the config names by theirs. */
  readonly registries: Readonly<Record<string, string>>;
}

/** Something that waits for an answer: its id in the inbox, and the answers, the one that changes nothing first. */
interface Asked {
  readonly id: string;
  readonly about: string;
  readonly answers: readonly string[];
}

/** As many answers as the smallest channel has buttons for; with more, the inbox is linked alone. */
const maxAnswers = 6;
const maxResources = 2;
/** Receivers cut or refuse longer addresses; Slack takes 3,000 characters. */
const maxUrl = 2_000;

/**
 * Where a notice about these events leads: first what is asked, last the runbook. Ids of others are encoded, so no text can
 * lead elsewhere, and none of the addresses has a secret in it.
 */
export function linksOf(
  events: readonly DomainEvent[],
  runbook: string,
  { run, places }: { readonly run?: string; readonly places?: Places },
): NoticeLink[] {
  if (places === undefined) return [];
  const { page } = places;
  const ui = (path: string) => `${page}/ui${path}`;
  const links: NoticeLink[] = [];
  const add = (rel: NoticeLink['rel'], title: string, url: string) => {
    if (url.length <= maxUrl && links.every((link) => link.url !== url))
      links.push({ rel, title: visible(title), url });
  };
  if (page !== undefined) {
    const asked = events.flatMap(askedBy);
    const answers = asked.flatMap(({ id, about, answers: all }) => all.map((answer) => ({ id, about, answer })));
    if (answers.length <= maxAnswers) {
      for (const { id, about, answer } of answers) {
        const word = firstUpper(answer);
        add('answer', asked.length === 1 ? word : `${word} ${about}`, ui(`/inbox/${encodeURIComponent(id)}/${answer}`));
      }
    }
    const [title, path] = pageOf(events, asked, places.targets);
    add('page', title, ui(path));
    const parts = asked.filter(({ answers: [first] }) => first === 'decline');
    if (parts.length === 1) add('ticket', 'Change ticket', ui(`/plans/${encodeURIComponent(parts[0]?.id ?? '')}`));
  }
  const resources = [
    ...eventsWith(events, 'target').map((id) => [id, places.targets[id]?.resource] as const),
    ...eventsWith(events, 'registry').map((name) => [name, places.registries[name]] as const),
  ].flatMap(([name, id]) => (id === undefined ? [] : [{ name, id }]));
  for (const { name, id } of resources.slice(0, maxResources)) {
    const path = id.split('/').map(encodeURIComponent).join('/');
    add('resource', `${name} in the portal`, `${places.portal}/#@/resource${path}`);
  }
  if (page !== undefined && run !== undefined) add('run', 'Run', ui(`/runs/${encodeURIComponent(run)}`));
  const book = places.runbook ?? (page === undefined ? undefined : ui('/runbook'));
  if (book !== undefined) add('runbook', 'Runbook', `${book}#${runbook}`);
  return links;
}

/** Links as lines of text: "Keep: https://…". */
export function linkLines(notice: Pick<Notice, 'links' | 'runbook'>): string[] {
  return [...(notice.links ?? []).map(({ title, url }) => `${title}: ${url}`), ...withoutButton(notice)];
}

/** Links as rows of buttons: the answers, then the rest, so many a row at most. */
export function buttonRows(links: readonly NoticeLink[], most: number): NoticeLink[][] {
  const isAnswer = ({ rel }: NoticeLink) => rel === 'answer';
  const rows = [links.filter(isAnswer), links.filter((link) => !isAnswer(link))];
  return rows.map((row) => row.slice(0, most)).filter((row) => row.length > 0);
}

/** What is no button and still leads somewhere: the runbook, where its address is not known. */
export function withoutButton({ links = [], runbook }: Pick<Notice, 'links' | 'runbook'>): string[] {
  const known = links.some(({ rel }) => rel === 'runbook') || runbook === undefined;
  return known ? [] : [`Runbook: docs/runbook.md#${runbook}.`];
}

/** A title that a button has room for. */
export function buttonText(title: string, most: number): string {
  return title.length <= most ? title : `${title.slice(0, most - 1)}…`;
}

function askedBy(event: DomainEvent): Asked[] {
  switch (event.kind) {
    case 'hold-opened':
      if (event.questions.length === 0) return [];
      return [{ id: event.hold, about: event.tag, answers: holdAnswers[event.of] }];
    case 'hold-reminder':
      return [{ id: event.hold, about: event.tag, answers: holdAnswers[event.of] }];
    case 'target-waits':
      if (!needsOperator(event.reasons)) return [];
      return [{ id: event.part, about: event.target, answers: ['decline', 'approve'] }];
    case 'target-reminder':
      return [{ id: event.part, about: event.target, answers: ['decline', 'approve'] }];
    case 'publication-refused':
    case 'publication-waits':
      return event.digest === undefined ? [] : [{ id: event.digest, about: event.file, answers: ['accept'] }];
    case 'publication-accepted':
      return (event.setAside ?? []).flatMap(({ tag, selected, stale }) =>
        selected ? [{ id: tag, about: tag, answers: stale ? ['accept'] : [] }] : [],
      );
    case 'source-freshness':
      return event.suspect ? [{ id: event.suspect.digest, about: event.suspect.file, answers: ['accept'] }] : [];
    default:
      return [];
  }
}

const holdAnswers = { loss: ['keep', 'remove'], gain: ['block', 'allow'] } as const;

/** The view that shows what a notice is about: the thing that waits, a target, a tag; else the inbox. */
function pageOf(
  events: readonly DomainEvent[],
  asked: readonly Asked[],
  known: Places['targets'],
): readonly [title: string, path: string] {
  const [waits, ...others] = asked;
  if (waits !== undefined) {
    return others.length === 0
      ? [`Open ${waits.about}`, `/inbox/${encodeURIComponent(waits.id)}`]
      : ['Open the inbox', ''];
  }
  if (events.some(({ kind }) => kind === 'control-changed')) return ['Pauses and pins', '/control'];
  const [target, ...targets] = eventsWith(events, 'target');
  if (target !== undefined && targets.length === 0 && known[target])
    return [`Open ${target}`, `/targets/${encodeURIComponent(target)}`];
  const [tag, ...tags] = eventsWith(events, 'tag');
  if (tag !== undefined && tags.length === 0) return [`Open ${tag}`, `/tags/${encodeURIComponent(tag)}`];
  return ['Open the page', ''];
}

/** What events say in one of their fields, each once. */
function eventsWith(events: readonly DomainEvent[], field: 'target' | 'tag' | 'registry'): string[] {
  const named = (event: { readonly [name in typeof field]?: string } & Pick<DomainEvent, 'kind'>) => event[field];
  return [...new Set(events.flatMap((event) => named(event) ?? []))];
}

/** Entries of the runbook that say more than the one of the notice's kind. */
const runbookOf: Readonly<Partial<Record<EventKind, string>>> = {
  'publication-refused': 'a-file-was-refused-or-waits',
  'publication-waits': 'a-file-was-refused-or-waits',
  'publication-accepted': 'in-part',
  'source-freshness': 'source-state',
  'source-unreachable': 'source-state',
  'source-disagreement': 'a-second-opinion-disagrees',
  'config-refused': 'config-refused',
  'queues-shared': 'several-services-on-one-account',
  'record-set-aside': 'set-aside',
  'record-stops-runs': 'record-stops-runs',
  'target-orphaned': 'orphaned',
};

/** The entry of an event, where it has one of its own. */
export function runbookFor(event: DomainEvent): string | undefined {
  return event.kind === 'target-failed' ? `failed-${causesOf(event.errors)[0]}` : runbookOf[event.kind];
}
