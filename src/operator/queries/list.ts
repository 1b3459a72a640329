import { desiredOf } from '../../core/plan/selection.ts';
import type { PlanContext } from '../../run/context.ts';
import { loadDecisions } from '../../run/decisions.ts';
import { selectLists } from '../../run/lists.ts';
import { RequestError } from '../../run/service.ts';

/** What a list of the config allows now: what its targets are to hold, whatever they hold. */
export interface ListView {
  readonly list: string;
  /** Service Tags that it selects, those that follow from registries among them. */
  readonly tags: readonly string[];
  /** The publication that it follows: that of a pin, or the one in force. */
  readonly changeNumber: number;
  /** Minimal prefixes in canonical form, sorted. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly names: readonly string[];
}

/**
 * A list as it is effective now, at the pin if there is one. Throws RequestError for a list that is not in the config, or of
 * which it is not known what it should hold: half a list is never given.
 */
export async function listView(context: PlanContext, name: string): Promise<ListView> {
  const { config } = context.loaded;
  if (!Object.hasOwn(config.lists, name)) {
    throw new RequestError(`expected one of the lists ${Object.keys(config.lists).join(', ')}, got ${name}`);
  }
  const { pinned } = await loadDecisions(context);
  const current = (await context.ledgers.current())?.ledger;
  const ledger = pinned ?? current;
  if (!current || !ledger?.accepted) {
    throw new RequestError(
      `nothing is known of list ${name} yet: it is after the first run that accepts a publication`,
    );
  }
  const { lists, selections } = selectLists(config, current, context.now());
  const selection = selections.get(name);
  const unread = lists[name]?.unknownRegistries ?? [];
  if (!selection || unread.length > 0) {
    throw new RequestError(
      `list ${name} follows ${unread.join(', ')}, of which nothing is known yet: a run must read it first`,
    );
  }
  const { entries, unknownTags } = desiredOf(selection, ledger);
  if (unknownTags.length > 0) {
    throw new RequestError(
      `list ${name} selects ${unknownTags.join(', ')}, which publication ${ledger.accepted.changeNumber} does not have: the next run judges it, or the config is wrong`,
    );
  }
  const { ipv4, ipv6, names } = entries;
  const tags = [...selection.tags].sort();
  const { changeNumber } = ledger.accepted;
  return { list: name, tags, changeNumber, ipv4: ipv4.toPrefixes(), ipv6: ipv6.toPrefixes(), names: [...names] };
}
