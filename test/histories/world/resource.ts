import type { LiveUnit, UnitChange } from '../../../src/core/plan/live.ts';
import type { TargetErrorKind } from '../../../src/core/reason.ts';
import { TargetError } from '../../../src/ports/target.ts';

interface Unit {
  readonly family: 'ipv4' | 'ipv6';
  readonly entries: readonly string[];
  readonly mark?: string;
  readonly state: 'Succeeded' | 'Failed';
}

/** What goes wrong with the next write. */
export interface WriteFault {
  /** Whether the content gets there all the same. */
  readonly done: boolean;
  /** Whether the resource is left Failed. */
  readonly leavesFailed: boolean;
  readonly kind: TargetErrorKind;
}

/** How a kind of resource behaves where that is not said by its definition. */
export interface Traits {
  /** Whether a unit has room for a mark. */
  readonly marked: boolean;
  /** A unit that is there always, as a registry's rule set is. */
  readonly always?: string;
}

/**
 * One resource, or some that belong together, in memory: what a target writes, and what others do to it. Each write is
 * counted; the version of a unit is its content, as the adapters have it.
 */
export class Resource {
  readonly traits: Traits;
  readonly #units = new Map<string, Unit>();
  writeFault: WriteFault | undefined;
  readFault: TargetErrorKind | undefined;
  /** What another writer does right before the next write arrives. */
  before: (() => void) | undefined;
  writes = 0;

  constructor(traits: Traits) {
    this.traits = traits;
    if (traits.always !== undefined) {
      this.#units.set(traits.always, { family: 'ipv4', entries: [], state: 'Succeeded' });
    }
  }

  keys(): string[] {
    return [...this.#units.keys()];
  }

  unit(key: string): LiveUnit | undefined {
    const unit = this.#units.get(key);
    const repair = unit?.state === 'Failed' ? { repair: `az resource update --ids ${key}` } : {};
    return unit && { key, ...unit, ...repair, version: JSON.stringify([unit.entries, unit.mark ?? null]) };
  }

  isFailed(): boolean {
    return [...this.#units.values()].some(({ state }) => state === 'Failed');
  }

  /** A write that arrived, and was found to be one that is to be done. */
  take(change: UnitChange, mark: string): void {
    this.writes++;
    const fault = this.writeFault;
    this.writeFault = undefined;
    if (fault === undefined || fault.done) this.#apply(change, mark);
    if (fault?.leavesFailed) {
      for (const [key, unit] of this.#units) this.#units.set(key, { ...unit, state: 'Failed' });
    }
    if (fault) throw new TargetError(fault.kind, `the operation on ${change.key} failed (InternalServerError)`);
    for (const [key, unit] of this.#units) this.#units.set(key, { ...unit, state: 'Succeeded' });
  }

  #apply({ action, key, family, entries }: UnitChange, mark: string): void {
    if (action === 'delete') this.#units.delete(key);
    else this.#units.set(key, { family, entries, state: 'Succeeded', ...(this.traits.marked ? { mark } : {}) });
  }

  /** Another writer changes the entries of a unit, and leaves the rest of it as it is. */
  edit(key: string, change: (entries: readonly string[]) => readonly string[]): void {
    const unit = this.#units.get(key);
    if (unit === undefined) return;
    const entries = change(unit.entries);
    // No list but a registry's is left empty by Azure: what would be one is gone.
    if (entries.length === 0 && this.traits.always === undefined) this.#units.delete(key);
    else this.#units.set(key, { ...unit, entries });
  }

  /** Another writer creates a unit, without a mark. */
  create(key: string, family: 'ipv4' | 'ipv6', entries: readonly string[]): void {
    if (!this.#units.has(key)) this.#units.set(key, { family, entries, state: 'Succeeded' });
  }

  /** Another writer takes a whole unit away; of one that is there always, all entries. */
  remove(key: string): void {
    if (this.traits.always === undefined) this.#units.delete(key);
    else this.edit(key, () => []);
  }

  unmark(key: string): void {
    const unit = this.#units.get(key);
    if (unit === undefined) return;
    const { mark: _, ...rest } = unit;
    this.#units.set(key, rest);
  }
}
