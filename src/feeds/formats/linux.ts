import { families } from '../../core/address/family.ts';
import { aboutLines, type FeedFormat, type FormattedList, halvesOfAll, linesOf, objectName } from '../format.ts';

const table = 'inet service_tag_sync';

/**
 * A set a family in a table of its own, made if it is missing, emptied and filled. `nft -f` does all of it in one
 * transaction, so no packet sees a set that is half full; rules of other tables cannot name the sets, those in a chain of
 * this table can. Identifiers have letters, digits and underscores.
 */
export const nftables: FeedFormat = {
  id: 'nftables',
  summary: 'Linux nftables, a set a family, for `nft -f`.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  source: 'https://www.netfilter.org/projects/nftables/manpage.html',
  render: (list) =>
    linesOf([
      ...commented(list),
      `add table ${table}`,
      ...familiesIn(list).flatMap((family) => {
        const set = `${table} ${objectName(list.name)}_${family}`;
        const elements = list[family].length === 0 ? [] : [`add element ${set} { ${list[family].join(', ')} }`];
        return [`add set ${set} { type ${family}_addr; flags interval; }`, `flush set ${set}`, ...elements];
      }),
    ]),
};

/** Longest name of a set in the kernel; room is left for the family and `_new`. */
const longestName = 31 - '_ipv4_new'.length;

/**
 * A set takes no more entries than it was made for, and one that is there must be made alike: always this number, which costs
 * no memory.
 */
const mostEntries = 1_048_576;

/**
 * A set a family, filled beside the one in use and swapped with it, so no packet sees a set that is half full. It takes no
 * prefix of all addresses, so such a one is written as two.
 */
export const ipset: FeedFormat = {
  id: 'ipset',
  summary: 'Linux ipset, a set a family, for `ipset restore`.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  maxEntries: mostEntries,
  source: 'https://ipset.netfilter.org/ipset.man.html',
  render: (list) =>
    linesOf([
      ...commented(list),
      ...familiesIn(list).flatMap((family) => {
        const set = `${objectName(list.name, { max: longestName })}_${family}`;
        const form = `hash:net family ${family === 'ipv4' ? 'inet' : 'inet6'} maxelem ${mostEntries} -exist`;
        return [
          `create ${set} ${form}`,
          `create ${set}_new ${form}`,
          `flush ${set}_new`,
          ...halvesOfAll(list[family]).map((prefix) => `add ${set}_new ${prefix}`),
          `swap ${set}_new ${set}`,
          `destroy ${set}_new`,
        ];
      }),
    ]),
};

/** Also those without entries that the list is about: their sets must become empty. */
function familiesIn({ about }: FormattedList) {
  return families.filter((family) => about.includes(family));
}

function commented(list: FormattedList): string[] {
  return aboutLines(list).map((line) => `# ${line}`);
}
