import colors from 'picocolors';
import { visibleIn } from '../core/visible-text.ts';
import { wrapped } from '../local/wrapped.ts';
import { clock, listed, quantity } from '../messages/format.ts';
import { riskText } from '../messages/risk.ts';
import type { InboxItem, InboxView } from '../operator/inbox.ts';
import { affectedText, allWell, parentsText, quietHoldsText, suggestedText, waitText } from '../operator/inbox-text.ts';
import { terminalWidth } from '../text-table.ts';
import type { Place } from './open-operator.ts';
import type { RemotePlace } from './remote-place.ts';

/** Columns of the names before a text. */
const label = 12;

/**
 * What waits for a person, for a terminal, at most as wide as that; commands stand on one line, to be copied.
 * @param place options by which the service is found, which the commands get as well.
 */
export function showInbox(view: InboxView, place: string, width = terminalWidth()): string {
  const { items, troubles } = visibleIn(view);
  const wrap = (text: string) => wrapped(text, 0, width);
  const holds = quietHoldsText(view);
  const quiet = holds === '' ? [] : [wrap(`${holds}: \`holds\` lists what.`)];
  if (items.length === 0) return [wrap(allWell(visibleIn(view))), ...troubles.map(wrap), ...quiet].join('\n');
  const head = `${waitText(items)}${items.length > 1 ? ', the most urgent first' : ''}.`;
  return [
    colors.bold(head),
    ...items.map((item) => itemText(item, place, width)),
    [...troubles.map(wrap), ...quiet].join('\n'),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function itemText(item: InboxItem, place: string, width: number): string {
  const { short, title, reasons, affected, parents, risks = [], suggested, ifIgnored, commands, approvals } = item;
  const { since, prefixes } = item;
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
    ...risks.flatMap((risk, i) => field(i === 0 ? 'risk' : '', riskText(risk))),
    ...field(
      'approved',
      approvals && `by ${listed(approvals.by)}; ${quantity(approvals.needed, 'person', 'people')} must.`,
    ),
    ...field('suggested', `${suggestedText(suggested)}. ${suggested.reason}`),
    ...field('if ignored', `${ifIgnored.text}${until}`),
    ...commands.map(({ answer, command }) => `  ${answer.slice(0, label - 1).padEnd(label)}${command}${place}`),
  ].join('\n');
}

/** The options by which a command found its service, as another command takes them. None of them is a secret. */
export function placeWords({ data, config, url, scope, keyFile, tokenFile }: Place & RemotePlace): string {
  const given = { data, config, url: url?.href, scope, 'key-file': keyFile, 'token-file': tokenFile };
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`]))
    .join('');
}

/** For a shell: what needs no quotes stays as it is. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
