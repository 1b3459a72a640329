import { families } from '../address/family.ts';
import { quantity } from '../judge/arithmetic.ts';
import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { type Entries, noEntries } from './entries.ts';
import { entryKey } from './foreign.ts';
import type { GatedPart } from './gate.ts';
import type { Layout, Live } from './live.ts';
import type { UnitOwnership } from './ownership.ts';
import { type PackChange, type Packing, packFamily } from './pack.ts';
import type { PlanInput } from './plan-input.ts';
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

/** Lays out host names: one unit, sorted, with the names of others beside ours. As `packFamily` does for addresses. */
function packNames(
  units: readonly UnitOwnership[],
  layout: Layout,
  change: Pick<PackChange, 'drop'> & { readonly add: readonly string[]; readonly remove: readonly string[] },
  rewrite: (unit: UnitOwnership) => boolean,
): Packing {
  const [held] = units;
  const key = held?.unit.key ?? layout.unitKey('ipv4', 0);
  const before = held?.ours.names ?? [];
  const out = new Set(change.remove);
  const ours = [...new Set([...before.filter((name) => !out.has(name)), ...change.add])].sort();
  const foreign = held?.foreign.filter((text) => !change.drop.has(entryKey(key, text))) ?? [];
  const texts = [...new Set([...foreign, ...ours])].sort();
  const room = layout.entriesPerUnit * layout.maxUnits;
  const dropped = held?.foreign.filter((text) => !foreign.includes(text)) ?? [];
  const written = change.add.length > 0 || before.length !== ours.length || dropped.length > 0;
  const changes = (): Packing['changes'] => {
    if (texts.length === 0) return [];
    if (held === undefined) {
      return ours.length === 0
        ? []
        : [{ key, family: 'ipv4', action: 'create', entries: texts, added: ours, removed: [] }];
    }
    const claim = rewrite(held);
    if (!written && !claim) return [];
    const { mark, version } = held.unit;
    return [
      {
        key,
        family: 'ipv4',
        action: 'replace',
        entries: texts,
        ...(version === undefined ? {} : { version }),
        ...(mark !== undefined && claim ? { takesOver: mark } : {}),
        added: ours.filter((name) => !before.includes(name)),
        removed: before.filter((name) => out.has(name)),
        ...(dropped.length === 0 ? {} : { dropped }),
      },
    ];
  };
  return {
    changes: changes(),
    unplaced: texts.slice(room),
    stranded: held !== undefined && texts.length === 0 && held.unit.entries.length > 0 ? [key] : [],
    entries: Math.min(texts.length, room),
    ours,
  };
}

/**
 * Additions that have a unit to go into, and those whose family has none and cannot get one. These are refused: no approval
 * and no later hour lets them in, a person must change the config or the resource.
 */
export function splitUncreatable(
  additions: readonly AttributedRange[],
  { uncreatable = [] }: Pick<Live, 'uncreatable'>,
): { readonly free: readonly AttributedRange[]; readonly refused: readonly GatedPart[] } {
  let free = additions;
  const refused: GatedPart[] = [];
  for (const { family, problem } of uncreatable) {
    const all = { ...noEntries, [family]: unionOf(free)[family] };
    const caused = causedInside(free, all);
    if (caused.length === 0) continue;
    free = causedOutside(free, all);
    const { code: rule, text, next } = problem;
    refused.push({ verdict: { kind: 'refuse', reasons: [{ rule, text, next }] }, caused });
  }
  return { free, refused };
}

/** Notes of what this target cannot hold: nothing is dropped silently. */
export function notContained({ target, layout, selection }: PlanInput, wanted: Entries): string[] {
  if (target.holds === 'names') return [];
  return families
    .filter((family) => !layout.families.includes(family) && !wanted[family].isEmpty)
    .map((family) => {
      const prefix = family === 'ipv4' ? 'IPv4 prefix' : 'IPv6 prefix';
      const left = quantity(wanted[family].prefixCount, prefix, `${prefix}es`);
      return `not in this target: ${left} of list ${selection.list}, which a target of kind ${target.kind} cannot hold`;
    });
}
