import { emptySets } from '../address/sets.ts';
import type { Reason } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import { noControl, type PlanControl } from './control.ts';
import { type DriftJudgement, driftingNames, judgeDrift } from './drift.ts';
import { capacity } from './guards/capacity.ts';
import { firstContact, foreignMark } from './guards/ownership.ts';
import { liveProblem } from './guards/problems.ts';
import { digestLive, digestUnit, splitHolding } from './holding.ts';
import type { Layout, Live } from './live.ts';
import { keepNameHolds } from './name-holds.ts';
import { partId } from './part-of.ts';
import type { Planned } from './plan.ts';
import type { Cause, Direction, Mode, Plan, PlanPart, TargetRecord, Verdict } from './plan-types.ts';
import { alwaysAsked, keptReason, leftEmpty, modeReason } from './sift.ts';

export interface NamesInput {
  readonly target: {
    readonly id: string;
    readonly kind: string;
    readonly mode: Mode;
    readonly adopt: boolean;
    readonly foreignEntries: 'keep' | 'remove';
  };
  readonly mark: string;
  readonly formerMark?: string;
  readonly layout: Layout;
  readonly list: string;
  /** Host names the target should hold. */
  readonly desired: readonly string[];
  /** Whether what is new, or gone, is so because a registry says another thing than before; else the list was edited. */
  readonly byRegistry: boolean;
  readonly live: Live;
  readonly record: TargetRecord | undefined;
  readonly now: Date;
  /** `Ledger.count`. */
  readonly count: number;
  readonly policy: TagPolicy;
  readonly control?: PlanControl;
}

interface Sieved {
  readonly go: readonly string[];
  readonly held: readonly { readonly reasons: readonly Reason[]; readonly names: readonly string[] }[];
  readonly approvals: readonly string[];
}

/**
 * What turns the host names of a target into the desired ones: the small sister of `planTarget`. Steps name hosts where
 * those of the other name prefixes. Additions go at once; what a list no longer names stays for the clock.
 */
export function planNames(input: NamesInput): Planned {
  const { target, live, record, layout, control = noControl } = input;
  const [unit] = live.units;
  const held = unit?.entries ?? [];
  const desired = new Set(input.desired);
  const owned = new Set([...(record?.names ?? []), ...desired]);
  const ours = target.foreignEntries === 'remove' ? held : held.filter((name) => owned.has(name));
  const missing = [...desired].filter((name) => !held.includes(name)).sort();
  const extra = ours.filter((name) => !desired.has(name)).sort();
  const kept = keepNameHolds({
    target: target.id,
    holds: record?.holds ?? [],
    unselected: extra,
    cause: input.byRegistry ? 'registry' : 'config',
    now: input.now,
    count: input.count,
    policy: input.policy,
    answers: control.answers,
  });
  // What was there when it was last verified somebody else took out.
  const drifted = missing.filter((name) => record?.names?.includes(name));
  const fight = judgeDrift(driftingNames, { target: target.id, drift: record?.drift ?? [] }, drifted, input.now);
  const added = sieve('add', missing, target.mode, control, fight);
  const sieved = sieve('remove', kept.ripe, target.mode, control);
  const empties = held.length > 0 && added.go.length === 0 && held.every((name) => sieved.go.includes(name));
  const removed = empties ? heldBack(layout.unitKey('ipv4', 0), sieved) : sieved;
  const after = [...held.filter((name) => !removed.go.includes(name)), ...added.go].sort();
  const refusals = refusalsOf(input, after);
  const verdict = (own: Verdict): Verdict => (refusals.length > 0 ? { kind: 'refuse', reasons: refusals } : own);
  const causeOf = (direction: Direction, name: string): Cause => {
    if (!record) return { kind: 'first contact' };
    if (direction === 'remove')
      return { kind: kept.holds.find((hold) => hold.names?.includes(name))?.cause ?? 'config' };
    if (drifted.includes(name)) return { kind: 'drift' };
    return { kind: input.byRegistry ? 'registry' : 'config' };
  };
  const partsOf = (direction: Direction, { go, held: back }: Sieved): PlanPart[] =>
    [{ names: go, verdict: { kind: 'go' } as const }, ...back.map(waiting)].flatMap(({ names, verdict: own }) =>
      names.length === 0 ? [] : [partOf(target.id, direction, names, verdict(own), (name) => causeOf(direction, name))],
    );
  const waitsForClock = { go: [], held: [{ names: kept.waiting, reasons: kept.reasons }], approvals: [] };
  const writes = added.go.length + removed.go.length > 0;
  const mayWrite = refusals.length === 0 && target.mode !== 'report-only' && control.paused === undefined;
  const claims = unit !== undefined && unit.mark !== input.mark && !control.closed('add');
  const key = layout.unitKey('ipv4', 0);
  const changes =
    mayWrite && after.length > 0 && (writes || claims)
      ? [
          {
            key,
            family: 'ipv4' as const,
            action: unit ? ('replace' as const) : ('create' as const),
            entries: after,
            ...(unit?.version === undefined ? {} : { version: unit.version }),
            ...(unit?.mark === undefined || unit.mark === input.mark ? {} : { takesOver: unit.mark }),
            added: added.go,
            removed: removed.go,
          },
        ]
      : [];
  // Only what is put right counts: what a person, an hour or a refusal kept back does not.
  const repaired = mayWrite && fight.repair.every((name) => added.go.includes(name));
  const drift = fight.repair.length > 0 && !repaired ? (record?.drift ?? []) : fight.drift;
  const plan: Plan = {
    target: target.id,
    kind: target.kind,
    list: input.list,
    mode: target.mode,
    refusals,
    parts: [...partsOf('add', added), ...partsOf('remove', removed), ...partsOf('remove', waitsForClock)],
    before: { ipv4: [...held].sort(), ipv6: [] },
    base: digestLive(live),
    changes,
    expected: changes.map((change) => digestUnit(change.key, change.family, change.entries)),
    owned: { ipv4: [], ipv6: [] },
    names: mayWrite ? after.filter((name) => owned.has(name)) : held.filter((name) => owned.has(name)),
    foreign:
      target.foreignEntries === 'keep'
        ? held.flatMap((name) => (owned.has(name) ? [] : [{ unit: key, entry: name }]))
        : [],
    ...(drift.length === 0 ? {} : { drift }),
    approvals: mayWrite ? [...added.approvals, ...removed.approvals] : [],
    notes: [],
  };
  return { plan, holds: kept.holds };
}

/** As in `planTarget`: the last names stay until something may take their place. */
function heldBack(unit: string, { go, held }: Sieved): Sieved {
  return { go: [], held: [...held, { names: go, reasons: [leftEmpty([unit])] }], approvals: [] };
}

function waiting({ names, reasons }: Sieved['held'][number]) {
  return { names, verdict: { kind: 'wait', reasons } as const };
}

/** As `sift` does for prefixes: mode, a person's keep, approval, pause, hour. */
function sieve(
  direction: Direction,
  names: readonly string[],
  mode: Mode,
  control: PlanControl,
  fight?: Pick<DriftJudgement<readonly string[]>, 'stopped' | 'reason'>,
): Sieved {
  const byMode = modeReason(mode, direction);
  if (byMode) return { go: [], held: [{ names, reasons: [byMode] }], approvals: [] };
  const held: { names: readonly string[]; reasons: readonly Reason[] }[] = [];
  let rest = names;
  for (const word of control.keptParts.filter((one) => one.direction === direction)) {
    held.push({
      names: rest.filter((name) => word.ranges.includes(name)),
      reasons: [keptReason(word)],
    });
    rest = rest.filter((name) => !word.ranges.includes(name));
  }
  const approvals = control.approvals.filter(({ word }) => word.direction === direction);
  const used = approvals.filter(({ names: covered }) => covered.some((name) => rest.includes(name)));
  const asks = [
    ...(control.approval[direction] === 'always' ? [{ reason: alwaysAsked, names: rest }] : []),
    // Going on by itself would do no good, also where the target is never to ask.
    ...(fight?.reason ? [{ reason: fight.reason, names: fight.stopped }] : []),
  ];
  for (const { reason, names: asked } of asks) {
    const open = rest.filter(
      (name) => asked.includes(name) && !approvals.some(({ names: covered }) => covered.includes(name)),
    );
    held.push({ names: open, reasons: [reason] });
    rest = rest.filter((name) => !open.includes(name));
  }
  const closed = control.paused ?? control.closed(direction);
  if (closed) return { go: [], held: [...held, { names: rest, reasons: [closed] }], approvals: [] };
  return { go: rest, held, approvals: used.map(({ word }) => word.id) };
}

function refusalsOf(input: NamesInput, after: readonly string[]): Reason[] {
  const { target, live, mark, layout } = input;
  const room = layout.entriesPerUnit * layout.maxUnits;
  const guarded = {
    target: target.id,
    mark,
    formerMark: input.formerMark,
    mode: target.mode,
    adopt: target.adopt,
    shared: false,
    layout,
    live,
    holding: splitHolding({ units: [], problems: [] }, emptySets),
    record: input.record,
    desired: emptySets,
    accepted: true,
    unknownTags: [],
    additions: [],
    removals: [],
    unplaced: Math.max(0, after.length - room),
    entries: Math.min(after.length, room),
  };
  const empty: Reason[] =
    input.desired.length === 0
      ? [
          {
            rule: 'empty-list',
            text: `the list ${input.list} has no host name`,
            next: 'name registries or host names in it; what the target holds stays as it is',
          },
        ]
      : [];
  return [
    ...empty,
    ...[liveProblem, foreignMark, firstContact, capacity]
      .map((guard) => guard(guarded))
      .filter((reason) => reason !== undefined),
  ];
}

function partOf(
  target: string,
  direction: Direction,
  names: readonly string[],
  verdict: Verdict,
  causeOf: (name: string) => Cause,
): PlanPart {
  return {
    id: partId(target, direction, names),
    direction,
    steps: names.map((name) => ({ prefix: name, cause: causeOf(name) })),
    addresses: { ipv4: '0', ipv6: '0' },
    verdict,
  };
}
