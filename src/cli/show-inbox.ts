import colors from 'picocolors';
import { visibleIn } from '../core/visible-text.ts';
import { clock, extent, listed, quantity } from '../messages/format.ts';
import type { Affected, InboxItem, InboxView, ParentsView } from '../operator/inbox.ts';
import type { Place } from './open-operator.ts';
import type { RemotePlace } from './remote-place.ts';
import { terminalWidth, wrapped } from './wrapped.ts';

/** Columns of the names before a text. */
const label = 12;

/**
 * What waits for a person, for a terminal, at most as wide as that; commands stand on one line, to be copied.
 * @param place options by which the service is found, which the commands get as well.
 */
export function showInbox(view: InboxView, place: string, width = terminalWidth()): string {
  const { items, troubles, quietHolds } = visibleIn(view);
  const wrap = (text: string) => wrapped(text, 0, width);
  const quiet =
    quietHolds === 0
      ? []
      : [
          wrap(
            `${quantity(quietHolds, 'hold')} ${quietHolds === 1 ? 'ends by itself' : 'end by themselves'}: \`holds\` lists what.`,
          ),
        ];
  if (items.length === 0) return [wrap(allWell(visibleIn(view))), ...troubles.map(wrap), ...quiet].join('\n');
  const head = `${quantity(items.length, 'thing waits', 'things wait')} for you${items.length > 1 ? ', the most urgent first' : ''}.`;
  return [
    colors.bold(head),
    ...items.map((item) => itemText(item, place, width)),
    [...troubles.map(wrap), ...quiet].join('\n'),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** One sentence where nothing waits: whether all is well, and how old what is known is. */
export function allWell({ publication, freshness, troubles }: InboxView): string {
  if (publication === undefined)
    return 'Nothing waits for you, and no publication was accepted yet: `run` asks for a run.';
  const { changeNumber, date, ageDays } = publication;
  const newest = `publication ${changeNumber} of ${date} is in force, ${quantity(ageDays, 'day')} old`;
  if (freshness !== 'fresh') return `Nothing waits for you, but the source is ${freshness}: ${newest}.`;
  return troubles.length > 0
    ? `Nothing waits for you; ${newest}. Not all is well:`
    : `All is well: nothing waits for you, and ${newest}.`;
}

function itemText(item: InboxItem, place: string, width: number): string {
  const { short, title, reasons, affected, parents, suggested, ifIgnored, commands, approvals, since, prefixes } = item;
  const field = (name: string, text: string | undefined): string[] => {
    if (text === undefined || text === '') return [];
    const lines = wrapped(text, 0, width - label - 2).split('\n');
    return lines.map((line, i) => `  ${(i === 0 ? name : '').padEnd(label)}${line}`);
  };
  const until = ifIgnored.at === undefined ? '' : ` Harm is possible from ${clock(ifIgnored.at)} on.`;
  return [
    colors.yellow(wrapped(`[${short}] ${title}`, 0, width)),
    ...reasons.flatMap(({ text, rule }, i) => field(i === 0 ? 'why' : '', `${text.replace(/\.$/, '')} [${rule}].`)),
    ...field('since', clock(since)),
    ...field('ranges', listed(prefixes, 4)),
    ...field('affects', affectedText(affected)),
    ...field('parents', parents && parentsText(parents)),
    ...field(
      'approved',
      approvals && `by ${listed(approvals.by)}; ${quantity(approvals.needed, 'person', 'people')} must.`,
    ),
    ...field('suggested', `${suggested.answer}. ${suggested.reason}`),
    ...field('if ignored', `${ifIgnored.text}${until}`),
    ...commands.map(({ answer, command }) => `  ${answer.slice(0, label - 1).padEnd(label)}${command}${place}`),
  ].join('\n');
}

/** "list pulls; target hub (ip-group, firewall policy hub-policy); registry contoso". */
function affectedText({ lists, targets, registries }: Affected): string {
  const some = (one: string, many: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${names.length === 1 ? one : many} ${listed(names, 4)}`];
  const named = targets.map(({ target, kind, firewalls }) => `${target} (${[kind, ...firewalls].join(', ')})`);
  const all = [
    ...some('list', 'lists', lists),
    ...some('target', 'targets', named),
    ...some('registry', 'registries', registries),
  ];
  return all.length === 0 ? 'no target' : all.join('; ');
}

/** Where in the newest publication the lost ranges are. */
function parentsText({ region, global, neither, neitherSince }: ParentsView): string {
  const where = [
    ...(region.length > 0 ? [`${extent(region)} still in AzureCloud of the region`] : []),
    ...(global.length > 0 ? [`${extent(global)} in the global tag alone`] : []),
    ...(neither.length > 0
      ? [`${extent(neither)} in neither${neitherSince === undefined ? '' : ` since ${neitherSince.slice(0, 10)}`}`]
      : []),
  ];
  return `${where.join('; ')}.`;
}

/** The options by which a command found its service, as another command takes them. None of them is a secret. */
export function placeWords({ data, config, url, scope, keyFile, tokenFile }: Place & RemotePlace): string {
  const given = { data, config, url: url?.href, scope, 'key-file': keyFile, 'token-file': tokenFile };
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`]))
    .join('');
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
