import { emptySets, setsOf } from '../../src/core/address/sets.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { advanceMemory } from '../../src/core/plan/advance-memory.ts';
import type { Layout, Live, LiveUnit } from '../../src/core/plan/live.ts';
import type { DecisionRef, TargetMemory } from '../../src/core/plan/memory.ts';
import { trackPendingApprovals } from '../../src/core/plan/pending-approvals.ts';
import { type Planned, planTarget } from '../../src/core/plan/plan.ts';
import type { PlanInput } from '../../src/core/plan/plan-input.ts';
import { noControl, type PlanControl } from '../../src/core/plan/plan-input.ts';
import type { Plan, PlannedChange } from '../../src/core/plan/plan-types.ts';
import { readBack } from '../../src/core/plan/read-back.ts';
import { Judging } from './history.ts';

/** One target over many runs, without a service around it: publications, edits, other writers, decisions. */
export class TargetBox {
  readonly judging = new Judging();
  units = new Map<string, LiveUnit>();
  memory: TargetMemory | undefined;
  tags: readonly string[] = ['Storage.WestUS'];
  followed: Readonly<Record<string, readonly string[]>> = {};
  always: readonly string[] = [];
  never: readonly string[] = [];
  control: PlanControl = noControl;
  target: Partial<PlanInput['target']> = {};
  layout: Layout = {
    families: ['ipv4'],
    entriesPerUnit: 100,
    maxUnits: 2,
    unitKey: (_, index) => `g-${index + 1}`,
    whenEmpty: 'delete',
  };
  decisions: ReadonlyMap<string, DecisionRef> = new Map();
  day = 0;
  #runs = 0;
  #asked: Ledger['asked'] = [];

  publish(day: number, tags: Readonly<Record<string, readonly string[]>>): void {
    this.day = day;
    this.judging.publish(day, tags);
  }

  get live(): Live {
    return { units: [...this.units.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), problems: [] };
  }

  /** What the first unit contains from now on, by the hand of others. */
  meddle(change: (entries: readonly string[]) => readonly string[], key = 'g-1'): void {
    const unit = this.units.get(key);
    if (!unit) throw new Error(`no unit ${key}`);
    this.units.set(key, { ...unit, entries: change(unit.entries) });
  }

  plan(): Planned {
    return planTarget({
      target: { id: 'hub', kind: 'box', mode: 'sync', adopt: false, foreignEntries: 'keep', ...this.target },
      mark: 'contoso/hub',
      layout: this.layout,
      selection: {
        list: 'west',
        tags: this.tags,
        followed: this.followed,
        families: ['ipv4'],
        always: this.always.length > 0 ? setsOf(this.always) : emptySets,
        never: setsOf(this.never),
      },
      ledger: { ...this.judging.ledger, asked: this.#asked ?? [] },
      memory: this.memory,
      live: this.live,
      now: new Date(Date.UTC(2024, 0, 2 + this.day, 12)),
      policy: defaultPolicy,
      config: 'hash',
      control: { ...this.control, asked: this.#asked ?? [] },
    });
  }

  /** One run: plans, writes the units that do not fail, reads back and remembers. */
  run(failing: (change: PlannedChange) => boolean = () => false): Plan {
    const { plan, holds } = this.plan();
    const run = `run-${++this.#runs}`;
    const now = new Date(Date.UTC(2024, 0, 2 + this.day, 12));
    for (const change of plan.changes) {
      if (failing(change)) continue;
      if (change.action === 'delete') this.units.delete(change.key);
      else this.units.set(change.key, { ...change, mark: 'contoso/hub', state: 'Succeeded' });
    }
    this.#asked = trackPendingApprovals(this.#asked ?? [], [plan], new Set(), now).asked;
    if (plan.refusals.length === 0) this.remember(plan, holds, new Set(), run);
    return plan;
  }

  /** What the target remembers after a plan, by what is there now. */
  remember(plan: Plan, holds: Planned['holds'], written: ReadonlySet<string>, run = `run-${++this.#runs}`): void {
    this.memory = advanceMemory(this.memory, {
      plan,
      back: readBack(plan, this.memory, this.live),
      holds,
      run,
      live: this.live,
      at: new Date(Date.UTC(2024, 0, 2 + this.day, 12)).toISOString(),
      decisions: this.decisions,
      written,
    });
  }
}

/** Rules by which parts of a plan wait, a list a part; `go` for one that goes. */
export function rulesOf({ parts }: Plan): string[] {
  return parts.map(({ verdict }) => (verdict.kind === 'go' ? 'go' : verdict.reasons.map(({ rule }) => rule).join()));
}
