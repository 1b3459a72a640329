import { entryKey } from './foreign.ts';
import type { Layout } from './live.ts';
import type { UnitOwnership } from './ownership.ts';
import type { PackChange, Packing } from './pack.ts';

/** Lays out host names: one unit, sorted, with the names of others beside ours. As `packFamily` does for addresses. */
export function packNames(
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
