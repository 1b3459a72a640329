import { DecisionRejected } from '../../src/operator/operator.ts';
import { editList, editTarget, publish } from './edits.ts';
import { doing } from './others.ts';
import { at } from './pick.ts';
import type { Played } from './played.ts';
import { askWithLostBody, runOverSample } from './refused.ts';
import { coverOf } from './seen.ts';
import type { Step } from './step.ts';
import { holdsNames, isOutside } from './world/config-plan.ts';
import { allPoints } from './world/universe.ts';
import { dayMs } from './world/world.ts';

const minuteMs = 60_000;
const forGood = Number.POSITIVE_INFINITY;

/** Does one step. What does not fit the moment does nothing. */
export async function take(played: Played, step: Step): Promise<void> {
  const { world, model } = played;
  world.step(minuteMs);
  switch (step.do) {
    case 'run':
      await played.run();
      return;
    case 'ask for some, then more':
      return askForMore(played, step.picks);
    case 'ask, and the body is lost':
      return askWithLostBody(played);
    case 'run over the sample':
      return runOverSample(played);
    case 'two quiet runs':
      return twoQuietRuns(played);
    case 'run, and die':
      await played.run(step.death);
      return;
    case 'keep house':
      await world.keepHouse();
      return;
    case 'publish':
      return publish(played, step);
    case 'edit list':
      return editList(played, step.list, step.edit);
    case 'edit target':
      return editTarget(played, step.pick, step.edit);
    case 'others':
    case 'others in the middle': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      const change = doing(played, id, step.what);
      if (step.do === 'others') played.others(id, change);
      else played.interfere(id, change);
      return;
    }
    case 'others again and again': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      for (let time = 0; time < step.times; time++) {
        played.others(id, doing(played, id, step.what));
        await played.run();
        world.step(minuteMs);
      }
      await played.run();
      return;
    }
    case 'answer hold':
      return orRefused(() => answerHold(played, step.pick, step.answer));
    case 'answer part': {
      const one = at(played.open(), step.pick);
      if (one) await orRefused(() => played.answerPart(one.target, one.waiting, step.answer));
      return;
    }
    case 'withdraw':
      return orRefused(() => withdraw(played, step.pick));
    case 'answer, and think again': {
      const one = at(played.open(), step.pick);
      if (one === undefined) return;
      const known = played.model.words.length;
      await orRefused(() => played.answerPart(one.target, one.waiting, step.answer));
      for (let run = 0; run < step.runs; run++) await played.run();
      if (played.model.words.length > known) await orRefused(() => withdraw(played, known));
      return;
    }
    case 'pause':
    case 'resume':
      return orRefused(() => pauseOrResume(played, step.do, step.pick));
    case 'wait':
      world.step(step.days * dayMs);
      return;
    case 'weeks':
      for (let week = 0; week < step.weeks; week++) {
        world.step(7 * dayMs);
        publish(played, { edits: [], kind: 'next' });
        await played.run();
      }
      return;
    case 'clock back':
      world.step(-step.hours * 3_600_000);
      return;
    case 'write fails':
    case 'read fails': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      if (step.do === 'write fails') world.resource(id).writeFault = step.fault;
      else world.resource(id).readFault = 'transient';
      return;
    }
  }
  const never: never = step;
  throw new Error(`no such step: ${JSON.stringify(never)} at ${model.count}`);
}

async function orRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DecisionRejected)) throw error;
  }
}

function outsideOne(played: Played, pick: number): string | undefined {
  return at(
    played.ids.filter((id) => isOutside(played.model.planOf(id).kind)),
    pick,
  );
}

async function askForMore(played: Played, picks: readonly number[]): Promise<void> {
  const asked = picks.map((pick) => at(played.ids, pick) as string);
  const seen = await played.settle(async () => {
    const { service } = await played.world.open();
    for (const id of asked) await service.requestRun({ trigger: 'http', targets: [id] });
    if (picks.length > 2) await service.requestRun({ trigger: 'timer' });
  });
  const looked = new Set(seen.runs.flatMap(({ targets }) => targets.map(({ id }) => id)));
  const left = (picks.length > 2 ? played.ids : asked).filter((id) => !looked.has(id));
  if (left.length > 0)
    played.breaks('requests are covered', `a run of ${left.join(', ')} was asked for, and none was made`);
}

async function twoQuietRuns(played: Played): Promise<void> {
  const { world, model } = played;
  // What is to be done is done, and what is to go wrong has gone wrong.
  await played.run();
  if ((await played.run()).disturbed.size > 0) return;
  const first = await played.run();
  const second = await played.run();
  for (const seen of [first, second]) {
    const wrote = seen.runs.find(({ armWrites }) => armWrites > 0);
    if (wrote) played.breaks('two quiet runs say the same', `run ${wrote.run} wrote ${wrote.armWrites} times`);
  }
  const said = [first, second].map(({ runs, holds }) =>
    JSON.stringify([
      runs.map(({ status, targets }) => [
        status,
        targets.map(({ id, status: own, outcomes }) => [id, own, outcomes.map(({ at: _, ...rest }) => rest)]),
      ]),
      holds,
    ]),
  );
  if (said[0] !== said[1]) {
    played.breaks('two quiet runs say the same', `${said[0]} and then ${said[1]} (${model.count}, ${world.now})`);
  }
}

async function answerHold(played: Played, pick: number, answer: 'keep' | 'remove'): Promise<void> {
  const { model } = played;
  const hold = at(model.holds, pick);
  if (hold === undefined) return;
  await played.say({ kind: 'answer', holds: [hold.id], answer }, () => {
    if (answer === 'keep') {
      // What is to stay is no longer waited for.
      if ('target' in hold.of) {
        const target = model.target(hold.of.target);
        target.waiting = target.waiting.filter(({ direction }) => direction !== 'remove');
      }
      return;
    }
    if ('tag' in hold.of) {
      if (hold.kind !== 'loss') return;
      const { tag } = hold.of;
      model.released.set(tag, new Set([...(model.released.get(tag) ?? []), ...allPoints(hold.prefixes)]));
      return;
    }
    const names = holdsNames(model.planOf(hold.of.target).kind);
    for (const point of coverOf(names, hold.prefixes)) model.target(hold.of.target).released.add(point);
  });
}

async function withdraw(played: Played, pick: number): Promise<void> {
  const { model, world } = played;
  const word = at(model.words, pick);
  if (word === undefined) return;
  await played.say({ kind: 'withdraw', word: word.id }, () => {
    model.words = model.words.filter((one) => one !== word);
    // Of all that was asked about: what is left of it may be another part.
    const { target, direction, asked: points, rules } = word;
    const { mode, approval } = model.planOf(target);
    const rule = approval[direction];
    const may = mode === 'sync' || (mode === 'add-only' && direction === 'add');
    // What was asked is asked again.
    const one = model.target(target);
    // An edit of the config in between may have ended the question.
    const asks = (name: string) =>
      name === 'approval' ? rule === 'always' : name === 'drift-again' || rule !== 'never';
    if (may && points.size > 0 && rules.some(asks)) {
      one.waiting = [...one.waiting, { part: word.id, direction, points, rules: [`withdrawn at ${world.now}`] }];
    }
  });
}

async function pauseOrResume(played: Played, what: 'pause' | 'resume', pick: number): Promise<void> {
  const { model, world } = played;
  const target = pick % 3 === 0 ? undefined : at(played.ids, pick);
  const days = pick % 2 === 0 ? undefined : 3;
  const until = days === undefined ? forGood : world.now + days * dayMs;
  const named = target === undefined ? {} : { target };
  if (what === 'resume') {
    await played.say({ kind: 'resume', ...named }, () => {
      if (target === undefined) {
        model.paused = undefined;
        model.pausedTargets.clear();
      } else model.pausedTargets.delete(target);
    });
    return;
  }
  const end = days === undefined ? {} : { until: new Date(until).toISOString() };
  await played.say({ kind: 'pause', ...named, ...end }, () => {
    if (target === undefined) model.paused = { until };
    else model.pausedTargets.set(target, until);
  });
}
