import { prefixesOf, type Sets } from '../../core/address/sets.ts';
import { dayMs } from '../../core/calendar.ts';
import { serviceOf, type Tag } from '../../core/publication/catalog.ts';
import { counted, quantity } from '../../messages/format.ts';
import { weekText } from '../../messages/week.ts';
import type { InboxView } from '../../operator/inbox.ts';
import { waitText } from '../../operator/inbox-text.ts';
import { BesideBlindCopy, type Harm } from '../../replay/blind-copy.ts';
import { readPlaced } from '../../replay/folder.ts';
import { listsOf, watchOf } from '../../run/lists.ts';
import { tableText } from '../../text-table.ts';
import { wrapped } from '../wrapped.ts';
import type { EndedRun } from './first-runs.ts';
import type { LocalService } from './local-service.ts';

/** Columns before what happened: a date and two blanks. */
const dateColumns = 12;
/** As many columns as every terminal has. */
const widest = 80;

/** The runs of a start as a story: a line or two each, and what a blind copy of the same files would have come to. */
export class Story {
  readonly #local: Pick<LocalService, 'config' | 'ledger'>;
  readonly #beside = new BesideBlindCopy();
  #files = 0;
  #known: ReadonlyMap<string, Tag> = new Map();

  constructor(local: Pick<LocalService, 'config' | 'ledger'>) {
    this.#local = local;
  }

  /** Takes the next run that has ended. */
  async take({ run, given, path }: EndedRun): Promise<void> {
    if (path === undefined || given === undefined) return;
    const { config } = this.#local;
    const ledger = await this.#local.ledger();
    const watch = watchOf(config, listsOf(config, ledger));
    const at = run.startedAt ?? new Date().toISOString();
    const services = new Set([...watch.keys()].map(serviceOf));
    const placed = { path, date: given.date ?? at.slice(0, 10) };
    const { file, tags } = await readPlaced(placed, config.cloud, services, this.#known);
    this.#known = tags ?? this.#known;
    this.#files += 1;
    this.#beside.take(file, Math.floor(Date.parse(at) / dayMs), watch, ledger);
  }

  /** What a blind copy did to the files so far, beside this service: IPv4 in addresses, IPv6 in prefixes. */
  harm(): { readonly blindCopy: HarmFigures; readonly service: HarmFigures } {
    const { blindCopy, service } = this.#beside.harm();
    return { blindCopy: figuresOf(blindCopy), service: figuresOf(service) };
  }

  /** The table of both, and what waits for a person. */
  lastScreen(inbox: Pick<InboxView, 'items' | 'troubles'>, width: number): string {
    const { blindCopy, service } = this.harm();
    const rows = (['ipv4', 'ipv6'] as const).flatMap((family) =>
      (['cut', 'strangers'] as const)
        .filter((what) => family === 'ipv4' || blindCopy[what].ipv6 + service[what].ipv6 > 0)
        .map((what) => [
          `${family === 'ipv4' ? 'IPv4 addresses' : 'IPv6 prefixes'} ${words[what]}`,
          ...[blindCopy, service].map((one) => counted(one[what][family])),
        ]),
    );
    const head = [`Over the same ${quantity(this.#files, 'file')}`, 'Blind copy', 'This service'];
    return [
      tableText(head, rows, { numeric: head.slice(1), width: Math.min(width, widest) }),
      '',
      ...waiting(inbox).map((text) => wrapped(text, 0, Math.min(width, widest))),
    ].join('\n');
  }
}

const words = { cut: 'cut while Azure still has them', strangers: 'of strangers let in' } as const;

interface HarmFigures {
  readonly cut: Figure;
  readonly strangers: Figure;
}

interface Figure {
  readonly ipv4: number;
  readonly ipv6: number;
}

function figuresOf({ cut, strangers }: Harm): HarmFigures {
  const figure = (sets: Sets): Figure => ({
    ipv4: Number(sets.ipv4.count),
    ipv6: prefixesOf(sets).filter((prefix) => prefix.includes(':')).length,
  });
  return { cut: figure(cut), strangers: figure(strangers) };
}

/** How many things are named on the last screen; the page and `todo` have all. */
const mostItems = 3;

function waiting({ items, troubles }: Pick<InboxView, 'items' | 'troubles'>): string[] {
  const more = items.length - mostItems;
  const [only, second] = items;
  if (only === undefined) return ['Nothing waits for you.', ...troubles];
  if (second === undefined) return [`${waitText(items)}: ${only.title}`, ...troubles];
  return [
    `${waitText(items)}, the most urgent first:`,
    ...items.slice(0, mostItems).map(({ title }) => `- ${title}`),
    ...(more > 0 ? [`- and ${counted(more)} more`] : []),
    ...troubles,
  ];
}

/** A run as a line or two: its date and what happened. */
export function weekLine({ run, given }: Pick<EndedRun, 'run' | 'given'>, width: number): string {
  const date = (run.startedAt ?? given?.date ?? '').slice(0, 10);
  return `${date.padEnd(dateColumns)}${wrapped(weekText(run.events), dateColumns, Math.min(width, widest)).trimStart()}`;
}
