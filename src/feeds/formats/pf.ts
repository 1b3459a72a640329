import { aboutLines, type FeedFormat, linesOf, objectName } from '../format.ts';

/**
 * A file for a table, of both families: an address or network a line, with comments after `#`. `pfctl -T replace` takes it in
 * one step. Host names are left out: pf would resolve them once, when the file is loaded.
 */
export const pf: FeedFormat = {
  id: 'pf',
  summary: 'OpenBSD and FreeBSD pf, a file for `pfctl -t NAME -T replace -f FILE`.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'text/plain',
  source: 'https://man.openbsd.org/pf.conf.5#TABLES',
  render: (list) =>
    linesOf([
      ...[...aboutLines(list), `pfctl -t ${objectName(list.name)} -T replace -f FILE`].map((line) => `# ${line}`),
      ...list.ipv4,
      ...list.ipv6,
    ]),
};
