import { readFileSync } from 'node:fs';

/** The prefixes of one file by the name of their tag, as published: what every peer starts from. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/** The lists of a Service Tags file. */
export function readLists(file: string): Lists {
  const { values } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  return new Map(values.map(({ name, properties }) => [name, properties.addressPrefixes]));
}

interface Document {
  readonly values: readonly { readonly name: string; readonly properties: { readonly addressPrefixes: string[] } }[];
}

/**
 * `times` as many tags, each copy with addresses of its own: the first octet or group goes up by one from copy to copy, and
 * IPv4 begins anew behind 255. Lists stay in order.
 */
export function multiplied(lists: Lists, times: number): Lists {
  if (times === 1) return lists;
  const all = new Map<string, readonly string[]>();
  for (let copy = 0; copy < times; copy++) {
    for (const [name, list] of lists) all.set(`${name}-${copy}`, inOrder(list.map((text) => moved(text, copy))));
  }
  return all;
}

function moved(text: string, by: number): string {
  if (text.includes(':')) {
    const end = text.indexOf(':');
    return `${(Number.parseInt(text.slice(0, end), 16) + by).toString(16)}${text.slice(end)}`;
  }
  const end = text.indexOf('.');
  return `${(Number(text.slice(0, end)) + by) % 256}${text.slice(end)}`;
}

/** Turns the IPv4 part so that it begins with what went round behind 255. */
function inOrder(list: readonly string[]): string[] {
  const ipv4 = list.filter((text) => !text.includes(':'));
  const first = (text: string | undefined) => Number.parseInt(text ?? '', 10);
  const turn = ipv4.findIndex((text, i) => i > 0 && first(text) < first(ipv4[i - 1]));
  const turned = turn < 0 ? ipv4 : [...ipv4.slice(turn), ...ipv4.slice(0, turn)];
  return [...turned, ...list.slice(ipv4.length)];
}

/**
 * Two weeks of made-up Service Tags files, of the size and shape of the newest real ones: some 3,000 tags, 90,000 prefixes, one in five
 * of them IPv6, in order and apart; the second week 2 % of the tags differ.
 */
export function madeUpFiles(): readonly [string, string] {
  return [madeUp(0), madeUp(1)];
}

function madeUp(week: number): string {
  const values = Array.from({ length: 3_000 }, (_, tag) => {
    const own = week === 1 && tag % 50 === 0 ? 1 : 0;
    const name = tag % 30 === 0 ? `Service${tag / 30}` : `Service${Math.floor(tag / 30)}.Region${tag % 30}`;
    const ipv4 = Array.from({ length: 24 }, (_, i) => {
      const at = 4 * 2 ** 24 + i * 2 ** 23 + ((tag * 7_919 + (i === 3 ? own : 0) * 37) % 32_000) * 256;
      return `${Math.floor(at / 2 ** 24)}.${(at >> 16) & 255}.${(at >> 8) & 255}.${(tag % 4) * 64}/${26 + (i % 3)}`;
    });
    const ipv6 = Array.from({ length: 6 }, (_, i) => `2603:10${10 + i}:${(tag + 1).toString(16)}:${i + 1}00::/56`);
    return {
      name,
      id: name,
      properties: {
        changeNumber: 1 + own,
        region: name.includes('.') ? `region${tag % 30}` : '',
        regionId: tag % 30,
        platform: 'Azure',
        systemService: `Service${Math.floor(tag / 30)}`,
        addressPrefixes: [...ipv4, ...ipv6],
        networkFeatures: ['API', 'NSG', 'UDR', 'FW'],
      },
    };
  });
  return JSON.stringify({ changeNumber: 100 + week, cloud: 'Public', values }, undefined, 2);
}
