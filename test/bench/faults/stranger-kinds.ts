import { firstOfPrefix } from '../../../src/core/address/limbs.ts';
import { familyOf, formatPrefix, type Prefix, parsePrefix } from '../../../src/core/address/prefix.ts';
import { setsOf } from '../../../src/core/address/sets.ts';
import type { Draw } from './draw.ts';
import { tidy, withTags } from './edit.ts';
import { foreign } from './foreign.ts';
import {
  type FaultKind,
  gains,
  neighbour,
  otherRegion,
  type Parent,
  type Place,
  parentNames,
  planted,
} from './kind.ts';

/** Foreign space in the tag, and in some of its parents. */
function plantsOne(ranges: readonly string[], parents: readonly Parent[] = []): FaultKind['plant'] {
  return (place, draw) => gains(place, [draw.pick(ranges)], parents);
}

/** The same while the other parent is missing from the file as a whole: what it would say is unknown, and nothing speaks for the range. */
function plantsWithout(missing: Parent, ranges: readonly string[]): FaultKind['plant'] {
  return (place, draw) => {
    const found = gains(place, [draw.pick(ranges)], [missing === 'global' ? 'region' : 'global']);
    const [name] = parentNames(place, [missing]) ?? [];
    const [week] = found?.weeks ?? [];
    return week && name !== undefined ? planted(place, new Map([...week.edits, [name, undefined]])) : undefined;
  };
}

/** Somebody types a digit of one prefix wrong, and the list is sorted afterwards. */
function mistyped(family: 'ipv4' | 'ipv6'): FaultKind['plant'] {
  return (place, draw) => {
    const texts = place.tag.published.filter((text) => familyOf(text) === family);
    if (texts.length === 0) return undefined;
    const right = draw.pick(texts);
    const wrong = family === 'ipv4' ? mistypedOctet(right, draw) : mistypedGroup(right, draw);
    if (wrong === undefined) return undefined;
    const list = tidy([...place.tag.published.filter((text) => text !== right), wrong]);
    return planted(place, new Map([[place.tag.name, list]]));
  };
}

/** One digit of an octet that is whole in the mask; undefined where none can be mistyped. */
function mistypedOctet(text: string, draw: Draw): string | undefined {
  const [address = '', length = ''] = text.split('/');
  const octets = address.split('.');
  const at = draw.below(Math.max(1, Math.floor(Number(length) / 8)));
  const octet = octets[at] ?? '';
  const place = draw.below(octet.length);
  const digits = [...'0123456789'].filter((digit) => digit !== octet[place]);
  const choices = digits
    .map((digit) => octet.slice(0, place) + digit + octet.slice(place + 1))
    .filter((other) => Number(other) <= 255 && String(Number(other)) === other);
  return choices.length === 0 ? undefined : `${octets.with(at, draw.pick(choices)).join('.')}/${length}`;
}

/** One digit of a group: the second or the third, which say whose and which region's it is. */
function mistypedGroup(text: string, draw: Draw): string | undefined {
  const { family, limbs, length } = parsePrefix(text);
  if (length < 48) return undefined;
  const wrong = Uint32Array.from(limbs);
  const bit = 1 << draw.below(16);
  const second = draw.below(2) === 0;
  const at = second ? 0 : 1;
  wrong[at] = ((wrong[at] ?? 0) ^ (second ? bit : bit << 16)) >>> 0;
  return formatPrefix(family, wrong, 0, length);
}

/** The mask of one prefix shorter by some bits; what lies inside it is not listed beside it. */
function shorter(bits: number, family: 'ipv4' | 'ipv6' = 'ipv4'): FaultKind['plant'] {
  return (place, draw) => {
    const texts = place.tag.published.filter((text) => familyOf(text) === family);
    if (texts.length === 0) return undefined;
    return gains(place, [widened(parsePrefix(draw.pick(texts)), bits)]);
  };
}

function widened({ family, limbs, length }: Prefix, bits: number): string {
  const wide = Math.max(length - bits, 1);
  const first = new Uint32Array(limbs.length);
  firstOfPrefix(limbs, 0, first, 0, limbs.length, limbs.length * 32 - wide);
  return formatPrefix(family, first, 0, wide);
}

/** The tag takes in all of another service in its region. */
function takesIn(service: string, taken: string, parents: readonly Parent[] = []): FaultKind['plant'] {
  return (place) => {
    const other = neighbour(place, taken);
    return place.tag.service === service && other ? gains(place, other.published, parents) : undefined;
  };
}

/** The tag takes in all of another service in another region, and so does its global tag. */
const takesInElsewhere: FaultKind['plant'] = (place, draw) => {
  const other = otherRegion(place, draw);
  const far = other && neighbour({ ...place, tag: other }, 'Sql');
  return far && gains(place, far.published, ['global']);
};

const swapped: FaultKind['plant'] = (place, draw) => {
  const other = otherRegion(place, draw);
  if (!other) return undefined;
  const edits = new Map([
    [place.tag.name, other.published],
    [other.name, place.tag.published],
  ]);
  return planted(place, edits, [place.tag.name, other.name]);
};

/** All of a region under the name of another; its own name is gone, or has it still. */
function underOtherName(own: 'gone' | 'there'): FaultKind['plant'] {
  return (place: Place, draw) => {
    const other = otherRegion(place, draw);
    if (!other) return undefined;
    const both = tidy([...other.published, ...place.tag.published]);
    const edits = new Map<string, readonly string[] | undefined>([[other.name, both]]);
    if (own === 'gone') edits.set(place.tag.name, undefined);
    return planted(place, edits, [place.tag.name, other.name]);
  };
}

/** A tag that is without IPv4 in the file before and in truth: there is nothing to compare a gain with. */
const gainsFamily: FaultKind['plant'] = ({ scene, tag }) => {
  const onlyIPv6 = (published: readonly string[] = []) => published.filter((text) => familyOf(text) === 'ipv6');
  const given = (published: readonly string[] | undefined) => new Map([[tag.name, onlyIPv6(published)]]);
  const [then, now] = [onlyIPv6(scene.before.tags.get(tag.name)?.published), onlyIPv6(tag.published)];
  if (then.length === 0 || now.length === 0) return undefined;
  const before = withTags(scene.before, given(scene.before.tags.get(tag.name)?.published));
  const truth = withTags(scene.truth, given(tag.published));
  const place = { scene: { ...scene, before, truth }, tag: { ...tag, published: now, prefixes: setsOf(now) } };
  return planted(place, new Map([[tag.name, ['8.0.0.0/8', ...now]]]));
};

/** What comes in at once from twenty places of foreign space: 5,120 addresses. */
const twentyPlaces: FaultKind['plant'] = (place, draw) => {
  const second = draw.pick(['54.230', '13.224', '142.250', '23.32']);
  return gains(
    place,
    Array.from({ length: 20 }, (_, i) => `${second}.${i * 2}.0/24`),
  );
};

export const strangerKinds: readonly FaultKind[] = [
  { name: 'foreign /24', threat: 'stranger', plant: plantsOne(foreign.ipv4[24]) },
  { name: 'foreign /20', threat: 'stranger', plant: plantsOne(foreign.ipv4[20]) },
  { name: 'foreign /16', threat: 'stranger', plant: plantsOne(foreign.ipv4[16]) },
  { name: 'foreign IPv6 /48', threat: 'stranger', plant: plantsOne(foreign.ipv6[48]) },
  { name: 'foreign IPv6 /32', threat: 'stranger', plant: plantsOne(foreign.ipv6[32]) },
  { name: 'foreign /24, also in the global tag', threat: 'stranger', plant: plantsOne(foreign.ipv4[24], ['global']) },
  { name: 'foreign /24, also in the region', threat: 'stranger', plant: plantsOne(foreign.ipv4[24], ['region']) },
  {
    name: 'foreign /24, also in both parents',
    threat: 'stranger',
    plant: plantsOne(foreign.ipv4[24], ['global', 'region']),
  },
  {
    name: 'foreign /24, also in both parents and AzureCloud',
    threat: 'stranger',
    indistinguishable:
      'a range that stands in the tag and in all lists around it is what an honest addition looks like',
    plant: plantsOne(foreign.ipv4[24], ['global', 'region', 'azure']),
  },
  {
    name: 'foreign /24, also in the region, global tag gone',
    threat: 'stranger',
    plant: plantsWithout('global', foreign.ipv4[24]),
  },
  {
    name: 'foreign /24, also in the global tag, region gone',
    threat: 'stranger',
    plant: plantsWithout('region', foreign.ipv4[24]),
  },
  { name: 'foreign 5,120 addresses', threat: 'stranger', plant: twentyPlaces },
  { name: 'octet mistyped', threat: 'both', plant: mistyped('ipv4') },
  { name: 'IPv6 group mistyped', threat: 'both', plant: mistyped('ipv6') },
  { name: 'mask shorter by 1', threat: 'stranger', plant: shorter(1) },
  { name: 'mask shorter by 4', threat: 'stranger', plant: shorter(4) },
  { name: 'mask shorter by 8', threat: 'stranger', plant: shorter(8) },
  { name: 'IPv6 mask shorter by 8', threat: 'stranger', plant: shorter(8, 'ipv6') },
  { name: 'regions swapped', threat: 'both', plant: swapped },
  { name: 'region moved to another', threat: 'both', plant: underOtherName('gone') },
  { name: 'region copied to another', threat: 'stranger', plant: underOtherName('there') },
  { name: 'Storage takes in Sql', threat: 'stranger', plant: takesIn('Storage', 'Sql') },
  { name: 'Storage takes in Sql, also global', threat: 'stranger', plant: takesIn('Storage', 'Sql', ['global']) },
  { name: 'Storage takes in EventHub', threat: 'stranger', plant: takesIn('Storage', 'EventHub') },
  {
    name: 'Storage takes in EventHub, also global',
    threat: 'stranger',
    plant: takesIn('Storage', 'EventHub', ['global']),
  },
  { name: "takes in another region's Sql, also global", threat: 'stranger', plant: takesInElsewhere },
  { name: 'ACR takes in Storage', threat: 'stranger', plant: takesIn('AzureContainerRegistry', 'Storage') },
  { name: 'no IPv4, then 8.0.0.0/8', threat: 'stranger', plant: gainsFamily },
  { name: 'private range', threat: 'stranger', plant: plantsOne(foreign.private) },
  { name: '0.0.0.0/1', threat: 'stranger', plant: plantsOne(['0.0.0.0/1']) },
];
