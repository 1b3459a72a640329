import { families } from '../../core/address/family.ts';
import { aboutLines, type FeedFormat, linesOf, objectName } from '../format.ts';

/**
 * A prefix list a family, since a term of a filter must name prefixes of one alone. With `replace:`, `load replace` puts each
 * list in the place of the one that is there, so what is gone goes. Names have letters, digits and hyphens.
 * A family without entries has no list: one without prefixes would stand in a filter and match nothing.
 */
export const junos: FeedFormat = {
  id: 'junos',
  summary: 'Juniper Junos, a prefix list a family, for `load replace`.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  source:
    'https://www.juniper.net/documentation/us/en/software/junos/cli/topics/topic-map/junos-config-files-loading.html',
  render: (list) =>
    linesOf([
      ...aboutLines(list).map((line) => `/* ${line} */`),
      'policy-options {',
      ...families
        .filter((family) => list[family].length > 0)
        .flatMap((family) => [
          '    replace:',
          `    prefix-list ${objectName(list.name, { separator: '-' })}-${family} {`,
          ...list[family].map((prefix) => `        ${prefix};`),
          '    }',
        ]),
      '}',
    ]),
};
