import { families } from '../../core/address/family.ts';
import { PrefixSet } from '../../core/address/prefix-set.ts';
import { digestOf, type FeedFormat, type FormattedList, linesOf, objectName } from '../format.ts';

/**
 * The list with where it comes from. `digest` is that of the format plain: it changes when an entry does, and with nothing
 * else.
 */
export const json: FeedFormat = {
  id: 'json',
  summary: 'JSON with the entries by kind, the tags, the publication, the time of the last change and a digest.',
  takes: ['ipv4', 'ipv6', 'names'],
  wildcards: true,
  mediaType: 'application/json',
  source: 'https://www.rfc-editor.org/rfc/rfc8259',
  render: (list) => {
    const { name, tags, changeNumber, changedAt, ipv4, ipv6, names } = list;
    const digest = `sha256:${digestOf(linesOf([...ipv4, ...ipv6, ...names]))}`;
    return document({ schema: 1, name, changeNumber, changedAt, digest, tags, ...entriesOf(list) });
  },
};

/**
 * A table with a head; each prefix with its first and last address, which spreadsheets cannot work out. Lines end with CR
 * LF, as RFC 4180 has them; no field needs quotes.
 */
export const csv: FeedFormat = {
  id: 'csv',
  summary: 'A table with the columns entry, kind, first and last, for spreadsheets and databases.',
  takes: ['ipv4', 'ipv6', 'names'],
  wildcards: true,
  mediaType: 'text/csv',
  source: 'https://www.rfc-editor.org/rfc/rfc4180',
  render: (list) => {
    const prefixes = families.flatMap((family) =>
      list[family].map((prefix) => {
        const [range = ''] = PrefixSet.from(family, [prefix]).toRanges();
        return [prefix, family, ...range.split('-')];
      }),
    );
    const names = list.names.map((name) => [name, 'name', '', '']);
    return [['entry', 'kind', 'first', 'last'], ...prefixes, ...names].map((row) => `${row.join(',')}\r\n`).join('');
  },
};

/**
 * One variable, an object with the entries by kind. Its name begins with letters of ours, so that no list becomes one of the
 * names that Terraform keeps for itself (`source`, `version`, `count`).
 */
export const terraform: FeedFormat = {
  id: 'terraform',
  summary: 'A `tfvars.json` with one variable: an object with `ipv4`, `ipv6` and `names`.',
  takes: ['ipv4', 'ipv6', 'names'],
  wildcards: true,
  mediaType: 'application/json',
  source: 'https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files',
  render: (list) => document({ [objectName(list.name)]: entriesOf(list) }),
};

/** All three, also where one is empty: what reads it needs no case for what is missing. */
function entriesOf({ ipv4, ipv6, names }: FormattedList): object {
  return { ipv4, ipv6, names };
}

function document(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
