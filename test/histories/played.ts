import { noticesOf } from '../../src/messages/notices.ts';
import type { DecisionRequest } from '../../src/operator/operator.ts';
import { contradictionsIn } from '../support/contradictions.ts';
import type { Case } from './case.ts';
import { learn, questionsIn, takeOffered } from './learn.ts';
import { look } from './look.ts';
import { Model, type TargetModel, type Waiting } from './model.ts';
import { BrokenPromise, type PromiseName, promises } from './promises.ts';
import { coverOf, entriesIn, type Lives, oursIn, type Seen, unitsOf } from './seen.ts';
import { type ConfigPlan, holdsNames, isOutside, laneOf } from './world/config-plan.ts';
import type { Death } from './world/process.ts';
import type { Resource } from './world/resource.ts';
import type { World } from './world/world.ts';

const approvalMs = 7 * 86_400_000;

/** A history while it is played: the world, what the model knows of it, and the promises between them. */
export class Played {
  readonly world: World;
  readonly model: Model;
  readonly #skipped: ReadonlySet<PromiseName>;
  /** Runs that were looked at. */
  #known: ReadonlySet<string> = new Set();
  #lives: Lives = new Map();
  /** What a target held when another writer changed it in the middle of a run. */
  readonly #interfered = new Map<string, Lives>();

  constructor(world: World, config: ConfigPlan, skipped: ReadonlySet<PromiseName> = new Set()) {
    this.world = world;
    this.model = new Model(config);
    this.#skipped = skipped;
    world.configure(config);
  }

  get ids(): string[] {
    return Object.keys(this.model.config.targets);
  }

  breaks(promise: PromiseName, text: string): void {
    if (!this.#skipped.has(promise)) throw new BrokenPromise(promise, text);
  }

  /** Asks for a run and works until the queues are empty; the process may die on the way. */
  run(death?: Death): Promise<Seen> {
    return this.settle(async () => {
      const { service } = await this.world.open();
      await service.requestRun({ trigger: 'http' });
    }, death);
  }

  /** A person says something; `heard` takes down what it means for the model, once it is on record. */
  async say(request: DecisionRequest, heard: (ids: readonly string[]) => void): Promise<void> {
    await this.settle(async () => {
      const { desk } = await this.world.open();
      const { words } = await desk.record(request, { by: { name: 'on call', how: 'claimed' }, why: 'a history' });
      heard(words.map(({ id }) => id));
    });
  }

  /** Lets something be done, works off what follows from it, and holds the promises against what is to be seen then. */
  async settle(work: () => Promise<void>, death?: Death): Promise<Seen> {
    const { world } = this;
    this.#timePasses();
    const before = this.#livesNow();
    const disturbed = this.#disturbed();
    const deaths = world.deaths;
    if (death) world.doom(death);
    if ((await world.alive(work)) === undefined) await world.alive(work);
    await world.drain();
    if (world.deaths > deaths) {
      await world.keepHouse();
      await world.drain();
    }
    world.spare();
    const killed = world.deaths > deaths;
    const seen = await look(world, this.model.config, this.#known, {
      before,
      interfered: this.#interfered,
      disturbed,
      killed,
    });
    this.#interfered.clear();
    this.#lives = seen.after;
    this.#known = new Set([...this.#known, ...seen.runs.map(({ run }) => run)]);
    if (seen.differ !== undefined) this.breaks('moves say what memory says', seen.differ);
    for (const { run, events } of seen.runs) {
      const notices = noticesOf(events, { at: new Date(0).toISOString(), run, lists: {}, targets: {} });
      const [first] = contradictionsIn(notices);
      if (first !== undefined) this.breaks('notices of one run agree', `run ${run}: ${first}`);
    }
    for (const { run, status } of seen.runs) {
      if (status === 'running' || status === 'queued') this.breaks('it gets on', `run ${run} is ${status} for ever`);
    }
    if (seen.runs.length === 0) this.breaks('it gets on', 'a run was asked for, and there is none');
    this.#check(seen);
    return seen;
  }

  /** What every target holds: of those outside now, of the others since the last look. */
  #livesNow(): Lives {
    const { world, model } = this;
    return new Map(
      this.ids.map((id) => [
        id,
        isOutside(model.planOf(id).kind) ? unitsOf(world.resource(id)) : (this.#lives.get(id) ?? []),
      ]),
    );
  }

  #check(seen: Seen): void {
    const { model } = this;
    const last = seen.runs.at(-1);
    if (last === undefined) return;
    const at = Date.parse(last.startedAt ?? '');
    takeOffered(model, at);
    const [is, should] = [last.publication?.changeNumber, model.publication?.number];
    if (is !== should) this.breaks('the newest file is in force', `${is} is in force, and should be ${should}`);
    model.watch();
    model.holds = seen.holds;
    model.letGo(at);
    const cases = this.ids.map((id): Case => {
      const target = model.target(id);
      const others = new Set([...target.foreign, ...target.strange]);
      const view = seen.runs.findLast(({ targets }) => targets.some((one) => one.id === id));
      return {
        id,
        model,
        target,
        seen,
        at,
        wanted: model.wanted(id, at),
        before: oursIn(seen.before, id, others, model.config),
        after: oursIn(seen.after, id, others, model.config),
        covered: coverOf(holdsNames(model.planOf(id).kind), entriesIn(seen.after, id)),
        outcomes: view?.targets.find((one) => one.id === id)?.outcomes ?? [],
        looked: last.targets.some((one) => one.id === id),
        isFailed: isOutside(model.planOf(id).kind) && this.world.resource(id).isFailed(),
      };
    });
    for (const one of cases) {
      for (const [name, check] of Object.entries(promises)) {
        const broken = check(one);
        if (broken !== undefined) this.breaks(name as PromiseName, `${one.id} (run ${last.status}): ${broken}`);
      }
    }
    for (const one of cases) learn(one);
    model.questions = questionsIn(seen.holds);
  }

  /** Targets with something that goes wrong, and those of their lanes. */
  #disturbed(): Set<string> {
    const lanes = new Set<string>();
    for (const id of this.ids) {
      const { kind } = this.model.planOf(id);
      if (!isOutside(kind)) continue;
      const { writeFault, readFault, before } = this.world.resource(id);
      if (writeFault || readFault || before) lanes.add(laneOf(kind));
    }
    return new Set(this.ids.filter((id) => lanes.has(laneOf(this.model.planOf(id).kind))));
  }

  /** Another writer changes what a target writes. */
  others(id: string, change: (resource: Resource) => void): void {
    const { world, model } = this;
    const target = model.target(id);
    const resource = world.resource(id);
    const names = holdsNames(model.planOf(id).kind);
    const byKey = () => new Map(unitsOf(resource).map((unit) => [unit.key, unit]));
    const before = byKey();
    change(resource);
    const after = byKey();
    const entries = [...after.values()].flatMap((unit) => unit.entries);
    const known = new Set([...before.values()].flatMap((unit) => unit.entries));
    const wanted = model.wanted(id, world.now);
    for (const entry of entries.filter((one) => !known.has(one))) {
      const points = [...coverOf(names, [entry])];
      const ours = points.length > 0 && points.every((point) => target.ours.has(point) || wanted.has(point));
      if (model.planOf(id).foreignEntries === 'remove') target.strange.add(entry);
      else if (!ours || model.planOf(id).kind === 'registry') target.foreign.add(entry);
    }
    const cover = coverOf(
      names,
      entries.filter((entry) => !target.foreign.has(entry) && !target.strange.has(entry)),
    );
    for (const [key, unit] of before) {
      const own = unit.entries.filter((entry) => !target.foreign.has(entry) && !target.strange.has(entry));
      const lost = [...coverOf(names, own)].filter((point) => target.ours.has(point) && !cover.has(point));
      for (const point of lost) target.drifted.add(point);
      if (!after.has(key) && lost.length > 0) target.gone.set(key, new Set(lost));
    }
    for (const [key] of target.gone) if (after.has(key)) target.gone.delete(key);
  }

  /** The same, in the middle of the next run that writes there. */
  interfere(id: string, change: (resource: Resource) => void): void {
    this.world.resource(id).before = () => {
      this.others(id, change);
      const resource = this.world.resource(id);
      this.#interfered.set(id, new Map([[id, unitsOf(resource)]]));
    };
  }

  configure(config: ConfigPlan): void {
    const { model, world } = this;
    const before = new Map(this.ids.map((id) => [id, model.wanted(id, world.now)]));
    const { targets: plans, lists } = model.config;
    model.config = config;
    for (const id of this.ids) {
      const [was, is] = [plans[id], config.targets[id]];
      // Who is asked, and what may be done, is another thing now: what waits is asked anew.
      if (JSON.stringify(was) !== JSON.stringify(is)) model.target(id).waiting = [];
      // What a list gives up goes by the clock of that edit, also where it was asked for because a tag had released it.
      if (JSON.stringify(lists[is?.list ?? '']) !== JSON.stringify(model.listOf(id))) {
        const target = model.target(id);
        target.waiting = target.waiting.filter(
          ({ direction, rules }) => direction === 'add' || rules.some((rule) => rule !== 'approval'),
        );
      }
      this.#asks(model.target(id), before.get(id), model.wanted(id, world.now), 'edit');
      // Of a tag that is selected anew, what it lost before may be kept still.
      for (const tag of model.listOf(id).tags) {
        for (const point of model.losses.get(tag)?.keys() ?? []) {
          if (!model.target(id).ours.has(point)) model.target(id).asked.set(point, 'time');
        }
      }
    }
    world.configure(config);
  }

  #asks(target: TargetModel, was: ReadonlySet<string> = new Set(), is: ReadonlySet<string>, by: 'edit' | 'time'): void {
    for (const point of is) if (!was.has(point) && !target.ours.has(point)) target.asked.set(point, by);
    for (const [point] of target.asked) if (!is.has(point)) target.asked.delete(point);
  }

  #wantedLast = new Map<string, ReadonlySet<string>>();

  #timePasses(): void {
    const { model, world } = this;
    for (const id of this.ids) {
      const is = model.wanted(id, world.now);
      const was = this.#wantedLast.get(id);
      const target = model.target(id);
      if (was) for (const point of is) if (!was.has(point) && !target.asked.has(point)) target.asked.set(point, 'time');
      this.#wantedLast.set(id, is);
    }
  }

  /** Parts that wait for a person now. */
  open(): { readonly target: string; readonly waiting: Waiting }[] {
    return this.ids.flatMap((id) => this.model.target(id).waiting.map((waiting) => ({ target: id, waiting })));
  }

  async answerPart(
    target: string,
    { part, direction, points, rules }: Waiting,
    answer: 'approve' | 'keep',
  ): Promise<void> {
    const until = answer === 'approve' ? this.world.now + approvalMs : Number.POSITIVE_INFINITY;
    await this.say({ kind: answer === 'approve' ? 'approve' : 'decline', part }, ([id = '']) => {
      this.model.words.push({ id, target, direction, points, asked: points, rules, answer, until });
    });
  }
}
