import { aboutLines, type FeedFormat, linesOf, objectName } from '../format.ts';

/**
 * A script for `/import`: fills a list beside the one in use, removes the old entries and renames the new ones, so a
 * script that stops half-way leaves the list in use as it was. The router resolves host names
 * itself, into dynamic entries that come and go with them; it takes none with `*`.
 */
export const mikrotik: FeedFormat = {
  id: 'mikrotik',
  summary: 'MikroTik RouterOS, a script of firewall address lists for `/import`.',
  takes: ['ipv4', 'ipv6', 'names'],
  mediaType: 'text/plain',
  source: 'https://help.mikrotik.com/docs/display/ROS/Address-lists',
  render: (list) => {
    const name = objectName(list.name);
    const menus = [
      { menu: '/ip firewall address-list', entries: [...list.ipv4, ...list.names], wanted: ['ipv4', 'names'] as const },
      { menu: '/ipv6 firewall address-list', entries: list.ipv6, wanted: ['ipv6'] as const },
    ].filter(({ wanted }) => wanted.some((kind) => list.about.includes(kind)));
    return linesOf([
      ...aboutLines(list).map((line) => `# ${line}`),
      ...menus.flatMap(({ menu, entries }) => [
        menu,
        `remove [find list=${name}_new dynamic=no]`,
        ...entries.map((entry) => `add list=${name}_new address=${entry}`),
        `remove [find list=${name} dynamic=no]`,
        `set [find list=${name}_new dynamic=no] list=${name}`,
      ]),
    ]);
  },
};
