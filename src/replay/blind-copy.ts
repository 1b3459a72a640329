import { emptySets, intersect, isEmpty, type Sets, subtract, union } from '../core/address/sets.ts';
import { effectiveOf, heldBy, type Ledger } from '../core/judge/ledger.ts';
import type { Watch } from '../core/judge/watch.ts';
import type { Tag } from '../core/publication/catalog.ts';
import { type Parents, within } from '../core/publication/parents.ts';
import { type ComparedPolicy, type Removal, regretDays, type TagState, Tally } from './metrics.ts';
import { isBroken, Published, type SequencedFile } from './published.ts';
import { countedOf } from './replay.ts';

/** Mirrors the file, whatever it says. */
export class BlindCopy implements ComparedPolicy {
  readonly name = 'blind';
  readonly #taken = new Map<string, Sets>();

  take(name: string, tag: Tag | undefined): boolean {
    this.#taken.set(name, tag?.prefixes ?? emptySets);
    return false;
  }

  effective(name: string): Sets {
    return this.#taken.get(name) ?? emptySets;
  }
}

/** What a way to follow the files did wrong. An address counts once, however often it was so. */
export interface Harm {
  /** Taken off a list while all of Azure in the region still had them, or published again within 90 days. */
  readonly cut: Sets;
  /** Let in although the parents of the tag did not have them in the file that brought them. */
  readonly strangers: Sets;
}

/** A blind copy beside this service, over the files of runs in their order. What the first one holds is neither cut nor let in. */
export class BesideBlindCopy {
  readonly #published = new Published();
  readonly #blind = new BlindCopy();
  readonly #sides = { blindCopy: new Side(), service: new Side() };

  /**
   * The next file, and the ledger in force after the run that looked at it; undefined if there is none.
   * @param day of the run, counted from any day.
   */
  take(file: SequencedFile, day: number, watch: Watch, ledger: Ledger | undefined): void {
    this.#published.take(file);
    const tags = file.unchecked ?? (isBroken(file) ? undefined : file.catalog.tags);
    for (const [name, watched] of watch) {
      if (tags) this.#blind.take(name, tags.get(name));
      const [published, parents] = [this.#published.of(name), this.#published.parentsOf(name)];
      const tell = (side: Side, effective: Sets, heldGains: Sets) =>
        side.tell(name, day, countedOf(watched, { published, effective, heldGains, parents }));
      const row = ledger?.tags.get(name);
      tell(this.#sides.blindCopy, this.#blind.effective(name), emptySets);
      if (row) tell(this.#sides.service, effectiveOf(row), heldBy(row.holds, 'gain'));
    }
  }

  harm(): { readonly blindCopy: Harm; readonly service: Harm } {
    return { blindCopy: this.#sides.blindCopy.harm(), service: this.#sides.service.harm() };
  }
}

/** One of the two. */
class Side {
  readonly #tally = new Tally();
  readonly #removals: { readonly removal: Removal; readonly inRegion: Sets }[] = [];
  readonly #effective = new Map<string, Sets>();
  #strangers = emptySets;

  tell(tag: string, day: number, state: TagState): void {
    const removal = this.#tally.tell(tag, day, state);
    if (removal) this.#removals.push({ removal, inRegion: within(removal.ranges, state.parents.region) });
    const before = this.#effective.get(tag);
    this.#effective.set(tag, state.effective);
    if (before) this.#strangers = union([this.#strangers, outside(subtract(state.effective, before), state.parents)]);
  }

  harm(): Harm {
    const cut = this.#removals.map(({ removal: { ranges, returned, day }, inRegion }) =>
      union([
        inRegion,
        ...returned.filter((back) => back.day - day <= regretDays).map((back) => intersect(ranges, back.ranges)),
      ]),
    );
    return { cut: union(cut), strangers: this.#strangers };
  }
}

/** What of a gain is not in each of the tag's parents; nothing where it has none. */
function outside(gained: Sets, { global, region }: Parents): Sets {
  if (isEmpty(gained)) return emptySets;
  const around = [global, region].filter((parent) => parent !== undefined);
  return union(around.map((parent) => subtract(gained, within(gained, parent))));
}
