import { familyOf } from '../../../src/core/address/prefix.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import {
  emptySets,
  intersect,
  isEmpty,
  overlaps,
  prefixesOf,
  type Sets,
  subtract,
  union,
} from '../../../src/core/address/sets.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import { within } from '../../../src/core/publication/parents.ts';
import type { Told } from './follower.ts';
import { regionName, type Scene } from './kind.ts';

/** What one way to follow the files made of a fault in one tag. */
export interface Effect {
  readonly tag: string;
  /** Allowed at some time, and neither in the file before nor in the truth: outside of the region's own Azure space, and inside. */
  readonly strangers: Sets;
  readonly strangersInRegion: Sets;
  /** In both the file before and the truth, and no longer allowed: with the file that dropped it, or later. */
  readonly cutAtOnce: Sets;
  readonly cutLater: Sets;
  /** What of both nobody was asked about, or told that it is kept. */
  readonly cutInSilence: Sets;
  /** How much of the tag that is, 0 to 1: of its IPv4 addresses or its IPv6 prefixes, whichever is more. */
  readonly silentShare: number;
  /** New in the truth, in the last faulty file as well, and not allowed at the end. */
  readonly additionsMissing: Sets;
}

/** What a fault plants in one tag, whoever follows it: over all weeks. */
export interface TagFault {
  readonly tag: string;
  readonly strangers: Sets;
  readonly lost: Sets;
}

export function faultIn(tag: string, { before, truth }: Scene, files: readonly Catalog[]): TagFault {
  const then = setsIn(before, tag);
  const now = setsIn(truth, tag);
  const rightful = intersect(then, now);
  const allowed = union([then, now]);
  return {
    tag,
    strangers: union(files.map((file) => subtract(setsIn(file, tag), allowed))),
    lost: union(files.map((file) => subtract(rightful, setsIn(file, tag)))),
  };
}

/** Watches one tag while the files are followed. */
export class TagEffects {
  readonly #tag: string;
  readonly #scene: Scene;
  readonly #allowed: Sets;
  /** What must stay. */
  readonly #due: Sets;
  #effective: Sets;
  #told: Sets = emptySets;
  #strangers: Sets = emptySets;
  #atOnce: Sets = emptySets;
  #later: Sets = emptySets;
  #silent: Sets = emptySets;

  /** @param effective what is allowed before the fault. */
  constructor(tag: string, scene: Scene, effective: Sets) {
    this.#tag = tag;
    this.#scene = scene;
    const [then, now] = [setsIn(scene.before, tag), setsIn(scene.truth, tag)];
    this.#allowed = union([then, now]);
    this.#due = intersect(effective, intersect(then, now));
    this.#effective = effective;
  }

  /** @param dropped what the file of this step no longer has and the one before it had; nothing on a day without a file. */
  step(effective: Sets, told: Told, dropped: Sets | undefined): void {
    for (const sets of [told.asked.get(this.#tag), told.kept.get(this.#tag)]) {
      if (sets) this.#told = union([this.#told, sets]);
    }
    if (effective === this.#effective) return;
    const cut = intersect(this.#due, subtract(this.#effective, effective));
    this.#strangers = union([this.#strangers, subtract(effective, this.#allowed)]);
    this.#effective = effective;
    if (isEmpty(cut)) return;
    this.#atOnce = union([this.#atOnce, dropped ? intersect(cut, dropped) : emptySets]);
    this.#later = union([this.#later, dropped ? subtract(cut, dropped) : cut]);
    this.#silent = union([this.#silent, subtract(cut, this.#told)]);
  }

  /** @param last the file that is in force at the end. */
  result(last: Catalog): Effect {
    const { truth, before } = this.#scene;
    const tag = truth.tags.get(this.#tag) ?? before.tags.get(this.#tag);
    const region = tag === undefined ? undefined : regionName(tag, truth);
    const rightful = intersect(setsIn(truth, this.#tag), setsIn(last, this.#tag));
    const inRegion = within(this.#strangers, region === undefined ? undefined : truth.tags.get(region)?.prefixes);
    return {
      tag: this.#tag,
      strangers: subtract(this.#strangers, inRegion),
      strangersInRegion: inRegion,
      cutAtOnce: this.#atOnce,
      cutLater: this.#later,
      cutInSilence: this.#silent,
      silentShare: shareOf(this.#silent, before, this.#tag),
      additionsMissing: subtract(subtract(rightful, setsIn(before, this.#tag)), this.#effective),
    };
  }
}

export function setsIn(catalog: Catalog, tag: string): Sets {
  return catalog.tags.get(tag)?.prefixes ?? emptySets;
}

/** How much of a tag some addresses are, 0 to 1. IPv6 is counted in published prefixes that have some: its addresses say nothing. */
export function shareOf(lost: Sets, catalog: Catalog, name: string): number {
  const tag = catalog.tags.get(name);
  if (!tag || isEmpty(lost)) return 0;
  const all4 = Number(tag.prefixes.ipv4.count);
  const ipv6 = tag.published.filter((text) => familyOf(text) === 'ipv6');
  const touched = ipv6.filter((text) => PrefixSet.from('ipv6', [text]).overlaps(lost.ipv6)).length;
  return Math.max(all4 === 0 ? 0 : Number(lost.ipv4.count) / all4, ipv6.length === 0 ? 0 : touched / ipv6.length);
}

/** Whether what was asked is about the fault; with no fault, any question is. */
export function isAbout(asked: ReadonlyMap<string, Sets>, faults: readonly TagFault[]): boolean {
  if (faults.every(({ strangers, lost }) => isEmpty(strangers) && isEmpty(lost))) return asked.size > 0;
  return faults.some(({ tag, strangers, lost }) => {
    const sets = asked.get(tag);
    return sets !== undefined && (overlaps(sets, strangers) || overlaps(sets, lost));
  });
}

/** "1,024 IPv4 addresses and 2 IPv6 prefixes" as numbers. */
export function sizeOf(sets: Sets): { readonly ipv4: number; readonly ipv6: number } {
  return { ipv4: Number(sets.ipv4.count), ipv6: sets.ipv6.toPrefixes().length };
}

/** The first of some ranges, for people. */
export function firstOf(sets: Sets, most = 3): string {
  const texts = prefixesOf(sets);
  return texts.slice(0, most).join(', ') + (texts.length > most ? ` and ${texts.length - most} more` : '');
}
