import { familyOf, parsePrefix } from '../../../src/core/address/prefix.ts';
import type { Draw } from './draw.ts';
import type { Edits } from './edit.ts';
import { type FaultKind, lossEdits, losses, type Parent, type Place, planted, regionName } from './kind.ts';

/** Which lists have the loss. */
const whereLost: readonly { readonly name: string; readonly parents: readonly Parent[] }[] = [
  { name: '', parents: [] },
  { name: ', also from the global tag', parents: ['global'] },
  { name: ', also from both parents', parents: ['global', 'region'] },
];

const ipv4Of = (place: Place) => place.tag.published.filter((text) => familyOf(text) === 'ipv4');
const addressesOf = (text: string) => 2 ** (32 - parsePrefix(text).length);
const sumOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + addressesOf(text), 0);

/** Some of the tag's prefixes, at least one; the draw says which. */
function someOf(place: Place, share: number, draw: Draw): string[] {
  const { published } = place.tag;
  return draw.shuffled(published).slice(0, Math.max(1, Math.round(published.length * share)));
}

const largest: FaultKind['plant'] = (place) => {
  const [first, ...rest] = ipv4Of(place);
  if (first === undefined) return undefined;
  return losses(place, [rest.reduce((most, text) => (addressesOf(text) > addressesOf(most) ? text : most), first)]);
};

/** One prefix after another, a week each: IPv6 has no share of addresses that would show it. */
const ipv6Slowly: FaultKind['plant'] = (place, draw) => {
  const ipv6 = draw.shuffled(place.tag.published.filter((text) => familyOf(text) === 'ipv6'));
  if (ipv6.length <= weeksOfLoss) return undefined;
  const { scene, tag } = place;
  const weeks = Array.from({ length: weeksOfLoss }, (_, week) => {
    const gone = new Set(ipv6.slice(0, week + 1));
    return { base: scene.truth, edits: new Map([[tag.name, tag.published.filter((text) => !gone.has(text))]]) };
  });
  return { scene, tags: [tag.name], weeks };
};

const family: FaultKind['plant'] = (place, draw) => {
  const gone = draw.pick(['ipv4', 'ipv6']);
  return losses(
    place,
    place.tag.published.filter((text) => familyOf(text) === gone),
  );
};

const tagGone: FaultKind['plant'] = (place) => planted(place, new Map([[place.tag.name, undefined]]));

const tagAndRegionGone: FaultKind['plant'] = (place) => {
  const region = regionName(place.tag, place.scene.truth);
  if (region === undefined) return undefined;
  return planted(
    place,
    new Map([
      [place.tag.name, undefined],
      [region, undefined],
    ]),
  );
};

const regionGone: FaultKind['plant'] = (place, draw) => {
  const region = regionName(place.tag, place.scene.truth);
  const edits = lossEdits(place, someOf(place, 0.3, draw), []);
  return edits && region !== undefined ? planted(place, new Map([...edits, [region, undefined]])) : undefined;
};

const weeksOfLoss = 6;
const shareOfWeek = 0.09;
/** A larger number of prefixes at once is noticed by itself. */
const mostOfWeek = 8;

/**
 * Every week some of what is left, never a tenth of the addresses: what only a sum over weeks shows. Tags in which that does not come
 * to a quarter have too few prefixes for it.
 */
function slowly(parents: readonly Parent[]): FaultKind['plant'] {
  return (place, draw) => {
    const all = sumOf(ipv4Of(place));
    let left = draw.shuffled(ipv4Of(place));
    const gone: string[] = [];
    const edits: Edits[] = [];
    for (let week = 0; week < weeksOfLoss; week++) {
      const taken: string[] = [];
      const limit = sumOf(left) * shareOfWeek;
      for (const text of left) {
        if (taken.length < mostOfWeek && sumOf(taken) + addressesOf(text) <= limit) taken.push(text);
      }
      gone.push(...taken);
      left = left.filter((text) => !taken.includes(text));
      const of = lossEdits(place, gone, parents);
      if (of) edits.push(of);
    }
    if (sumOf(gone) <= all / 4) return undefined;
    const { scene, tag } = place;
    return { scene, tags: [tag.name], weeks: edits.map((one) => ({ base: scene.truth, edits: one })) };
  };
}

/** What the file before the last one said, under a new number of the file. */
const staleFile: FaultKind['plant'] = ({ scene, tag }) => ({
  scene,
  tags: [tag.name],
  weeks: [{ base: scene.older, edits: new Map() }],
});

/** The same of one tag, whose own number rises as if it had changed. */
const staleTag: FaultKind['plant'] = (place) => {
  const older = place.scene.older.tags.get(place.tag.name);
  return older && planted(place, new Map([[place.tag.name, older.published]]));
};

const halfOfService: FaultKind['plant'] = (place, draw) => {
  const tags = [...place.scene.truth.tags.values()].filter(
    ({ service, region, published }) => service === place.tag.service && region !== undefined && published.length > 1,
  );
  const edits = tags.map(
    ({ name, published }) => [name, keptHalf(published, new Set(draw.shuffled(published)))] as const,
  );
  return planted(
    place,
    new Map(edits),
    tags.map(({ name }) => name),
  );
};

/** Half of a list in its own order; which half is decided by the order of `drawn`. */
function keptHalf(published: readonly string[], drawn: ReadonlySet<string>): string[] {
  const kept = new Set([...drawn].slice(0, Math.floor(published.length / 2)));
  return published.filter((text) => kept.has(text));
}

/** A large loss that is mended after so many files, as in January 2024. */
function heals(files: number): FaultKind['plant'] {
  return (place, draw) => {
    const { scene, tag } = place;
    const edits = lossEdits(place, someOf(place, 0.7, draw), []);
    if (!edits) return undefined;
    const faulty = { base: scene.truth, edits };
    const healed = { base: scene.truth, edits: new Map([[tag.name, tag.published]]) };
    return { scene, tags: [tag.name], weeks: [...Array.from({ length: files }, () => faulty), healed] };
  };
}

export const lossKinds: readonly FaultKind[] = [
  { name: 'largest prefix gone', threat: 'loss', plant: largest },
  ...[10, 30, 60, 90].flatMap((percent) =>
    whereLost.map(
      ({ name, parents }): FaultKind => ({
        name: `${percent} % of prefixes gone${name}`,
        threat: 'loss',
        plant: (place, draw) => losses(place, someOf(place, percent / 100, draw), parents),
      }),
    ),
  ),
  {
    name: '30 % of prefixes gone, also from the region',
    threat: 'loss',
    plant: (place, draw) => losses(place, someOf(place, 0.3, draw), ['region']),
  },
  { name: 'one family gone', threat: 'loss', plant: family },
  { name: 'tag gone', threat: 'loss', plant: tagGone },
  { name: 'tag gone with its region', threat: 'loss', plant: tagAndRegionGone },
  ...whereLost.map(
    ({ name, parents }): FaultKind => ({
      name: `9 % a week for ${weeksOfLoss} weeks${name}`,
      threat: 'loss',
      plant: slowly(parents),
    }),
  ),
  { name: `one IPv6 prefix a week for ${weeksOfLoss} weeks`, threat: 'loss', plant: ipv6Slowly },
  { name: 'content of two files before', threat: 'both', plant: staleFile },
  { name: 'tag as two files before', threat: 'both', plant: staleTag },
  { name: 'half of every regional tag gone', threat: 'loss', once: true, plant: halfOfService },
  { name: 'region gone, 30 % of the tag with it', threat: 'loss', plant: regionGone },
  { name: '70 % gone, healed after 2 weeks', threat: 'loss', plant: heals(2) },
  { name: '70 % gone, healed after 5 weeks', threat: 'loss', plant: heals(5) },
];
