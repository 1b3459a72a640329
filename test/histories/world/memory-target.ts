import { mustWrite } from '../../../src/azure/unit-state.ts';
import type { Layout, Live, LiveUnit, UnitChange } from '../../../src/core/plan/live.ts';
import type { Target } from '../../../src/ports/target.ts';
import { TargetError } from '../../../src/ports/target.ts';
import type { Line } from '../storage/line.ts';
import type { Resource } from './resource.ts';

/** A target over a resource in memory, with the layout of its kind. Reads before it writes, as the adapters do. */
export class MemoryTarget implements Target {
  readonly #resource: Resource;
  readonly #layout: Layout;
  readonly #mark: string;
  readonly #line: Line;
  #writes = 0;

  constructor(resource: Resource, layout: Layout, mark: string, line: Line) {
    this.#resource = resource;
    this.#layout = layout;
    this.#mark = mark;
    this.#line = line;
  }

  get writes(): number {
    return this.#writes;
  }

  read(): Promise<Live> {
    return this.#line.pass(() => {
      const { readFault } = this.#resource;
      this.#resource.readFault = undefined;
      if (readFault) throw new TargetError(readFault, 'the resource cannot be read');
      const units = this.#keys().flatMap((key) => this.#resource.unit(key) ?? []);
      return { units, problems: [] };
    });
  }

  async write(change: UnitChange): Promise<void> {
    const { traits } = this.#resource;
    if (change.action !== 'delete' && change.entries.length === 0) {
      throw new TargetError('invalid', `${change.key}: expected entries to write, got none`);
    }
    if (change.action === 'delete' && this.#layout.whenEmpty === 'refill') {
      throw new TargetError('invalid', `${change.key} is never deleted`);
    }
    const must = await this.#line.pass(() => {
      this.#resource.before?.();
      this.#resource.before = undefined;
      const now = this.#resource.unit(change.key);
      return mustWrite(change.key, change, traits.marked ? now : now && this.#asOurs(now), this.#mark);
    });
    if (!must) return;
    await this.#line.pass(() => {
      this.#writes++;
      this.#resource.take(change, this.#mark);
    });
  }

  /** Where nothing has room for a mark, whose it is stands in the record of the target. */
  #asOurs(unit: LiveUnit): LiveUnit {
    return { ...unit, mark: this.#mark };
  }

  /** Units in the order of families and numbers. */
  #keys(): string[] {
    const { families, maxUnits, unitKey } = this.#layout;
    return families.flatMap((family) => Array.from({ length: maxUnits }, (_, index) => unitKey(family, index)));
  }
}
