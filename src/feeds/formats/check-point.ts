import { families, familyNames } from '../../core/address/family.ts';
import { aboutLines, digestOf, type FeedFormat, objectName } from '../format.ts';

/**
 * A Generic Data Center file: `objects`, each with a name, an id that never changes, and `ranges`, which must not be empty and
 * may hold addresses, prefixes and ranges of both families. One object a family, so that a rule can name one alone.
 * Host names are for network feed objects, which take the format plain.
 */
export const checkPoint: FeedFormat = {
  id: 'check-point',
  summary: 'Check Point Generic Data Center (R81 and later), an object a family.',
  takes: ['ipv4', 'ipv6'],
  mediaType: 'application/json',
  source: 'https://support.checkpoint.com/results/sk/sk167210',
  render: (list) => {
    const objects = families
      .filter((family) => list[family].length > 0)
      .map((family) => {
        const name = `${objectName(list.name)}_${family}`;
        return { name, id: uuidOf(name), description: `${familyNames[family]} of ${list.name}`, ranges: list[family] };
      });
    const description = aboutLines(list).join('. ');
    return `${JSON.stringify({ version: '1.0', description, objects }, undefined, 2)}\n`;
  },
};

/** A UUID that follows from a name (version 8, RFC 9562: a digest of our own choice). */
function uuidOf(name: string): string {
  const hex = digestOf(`service-tag-sync/${name}`);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
