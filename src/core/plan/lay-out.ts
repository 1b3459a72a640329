import type { Entries } from './entries.ts';
import type { Layout } from './live.ts';
import type { UnitOwnership } from './ownership.ts';
import { type Packing, packFamily } from './pack.ts';
import { packNames } from './pack-names.ts';
import type { PlannedChange } from './plan-types.ts';

interface LayOutInput {
  readonly target: { readonly holds?: 'names'; readonly shared?: boolean };
  readonly mark: string;
  readonly layout: Layout;
  readonly units: readonly UnitOwnership[];
  readonly desired: Entries;
  readonly add: Entries;
  readonly remove: Entries;
  readonly drop: ReadonlySet<string>;
}

interface LaidOut {
  readonly changes: readonly PlannedChange[];
  readonly stranded: readonly string[];
  readonly unplaced: number;
  readonly entries: number;
  readonly ours: readonly string[];
}

/** The writes that bring additions and removals into a target's units: its families one by one, or its host names. */
export function layOut({ target, mark, layout, units, desired, add, remove, drop }: LayOutInput): LaidOut {
  const rewrite = (held: UnitOwnership) => (!target.shared && isToRewrite(held, mark)) || held.unit.state === 'Failed';
  const packings: readonly Packing[] =
    target.holds === 'names'
      ? [packNames(units, layout, { add: add.names, remove: remove.names, drop }, rewrite)]
      : layout.families.map((family) =>
          packFamily(
            family,
            units.filter(({ unit }) => unit.family === family),
            layout,
            { add: add[family], remove: remove[family], desired: desired[family], drop },
            rewrite,
          ),
        );
  return {
    changes: packings.flatMap(({ changes }) => changes),
    stranded: packings.flatMap(({ stranded }) => stranded),
    unplaced: packings.reduce((sum, { unplaced }) => sum + unplaced.length, 0),
    entries: packings.reduce((sum, one) => sum + one.entries, 0),
    ours: packings.flatMap(({ ours }) => ours),
  };
}

/**
 * A unit without our mark (none, or that of a former id) is rewritten once, so that the next reader knows whose it is; one
 * that is not in use is written until it is.
 */
function isToRewrite({ unit }: UnitOwnership, mark: string): boolean {
  return unit.mark !== mark || unit.unused !== undefined;
}
