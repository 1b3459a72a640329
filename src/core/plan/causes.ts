import { families } from '../address/family.ts';
import { intersect, isEmpty, type Sets, subtract } from '../address/sets.ts';
import { effectiveOf } from '../judge/effective.ts';
import type { Ledger } from '../judge/ledger.ts';
import type { Cause, Step, TargetRecord } from './plan-types.ts';
import type { Selection } from './selection.ts';

/** Ranges that share a cause. */
export interface Caused {
  readonly cause: Cause;
  readonly prefixes: Sets;
}

/** Why each range that the target lacks is to go in. Every address of `missing` is in exactly one answer. */
export function causesOfAdditions(
  missing: Sets,
  selection: Selection,
  ledger: Ledger,
  record: TargetRecord | undefined,
): Caused[] {
  if (!record) return nonEmpty([{ cause: { kind: 'first contact' }, prefixes: missing }]);
  const { take, close } = dealOut(missing);
  take({ kind: 'drift' }, record.owned);
  const changeNumber = ledger.accepted?.changeNumber ?? 0;
  for (const name of selection.tags) {
    const row = ledger.tags.get(name);
    if (!row) continue;
    const cause: Cause = record.tags.includes(name)
      ? { kind: 'publication', changeNumber, tag: name }
      : { kind: movedByRegistry(name, selection.followed, record.followed) ? 'registry' : 'config' };
    take(cause, effectiveOf(row));
  }
  return close({ kind: 'config' });
}

/** Why each range of ours is to go out. Every address of `extra` is in exactly one answer. */
export function causesOfRemovals(
  extra: Sets,
  selection: Selection,
  ledger: Ledger,
  record: TargetRecord | undefined,
): Caused[] {
  const { take, close } = dealOut(extra);
  for (const name of new Set([...selection.tags, ...(record?.tags ?? [])])) {
    for (const release of ledger.tags.get(name)?.releases ?? []) {
      take({ kind: 'released', hold: release.hold, tag: name }, release.prefixes);
    }
  }
  // A hold keeps its cause: what the registry said before is known only in the run that sees it change.
  for (const hold of record?.holds ?? []) if (hold.cause === 'registry') take({ kind: 'registry' }, hold.held);
  for (const name of record?.tags ?? []) {
    const row = ledger.tags.get(name);
    if (selection.tags.includes(name) || !row || !record) continue;
    if (!movedByRegistry(name, record.followed, selection.followed)) continue;
    take({ kind: 'registry' }, intersect(effectiveOf(row), record.owned));
  }
  if (record) take({ kind: 'config' }, record.owned);
  return close({ kind: record ? 'drift' : 'first contact' });
}

/** Deals ranges out to causes: each takes what is left of its own, the last one all the rest. */
function dealOut(all: Sets) {
  const found: Caused[] = [];
  let rest = all;
  const take = (cause: Cause, of: Sets): void => {
    const prefixes = intersect(rest, of);
    rest = subtract(rest, prefixes);
    found.push({ cause, prefixes });
  };
  const close = (cause: Cause): Caused[] => nonEmpty([...found, { cause, prefixes: rest }]);
  return { take, close };
}

/** Whether a tag is in one of two states of the same list because the registry that both follow said another thing then. */
function movedByRegistry(tag: string, here: Selection['followed'] = {}, there: Selection['followed'] = {}): boolean {
  return Object.entries(here).some(([origin, tags]) => tags.includes(tag) && there[origin] !== undefined);
}

/** One step a minimal prefix, IPv4 first, in numeric order within a cause. */
export function stepsOf(caused: readonly Caused[]): Step[] {
  return caused.flatMap(({ cause, prefixes }) =>
    families.flatMap((family) => prefixes[family].toPrefixes().map((prefix) => ({ prefix, cause }))),
  );
}

function nonEmpty(caused: readonly Caused[]): Caused[] {
  return caused.filter(({ prefixes }) => !isEmpty(prefixes));
}
