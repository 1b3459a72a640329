import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { workLane } from '../../src/run/work-lane.ts';
import { ipGroup } from '../../src/targets/ip-group.ts';
import type { IpGroupConfig } from '../../src/targets/ip-group-schema.ts';
import {
  emptyLanes,
  laneMessages,
  open,
  place,
  puts,
  requested,
  startRun,
  target,
  useLanes,
  world,
} from '../support/lane-world.ts';

useLanes();

describe('slots of a lane', () => {
  const names = Array.from({ length: 40 }, (_, i) => `list${i}`);
  const parallel = { parallel: 2 };
  const laneOf = (name: string) => ipGroup.lane(ipGroup.schema.parse(settingsOf(name)) as IpGroupConfig);
  const settingsOf = (name: string) => ({ ...place, name, location: 'westus', ...parallel });
  const first = laneOf('list0');
  /** Two targets in each of two slots, in the order in which a slot works them. */
  const [a, b] = names.filter((name) => laneOf(name) === first) as [string, string];
  const [c, d] = names.filter((name) => laneOf(name) !== first) as [string, string];
  const targets = () => Object.fromEntries([a, b, c, d].map((name) => [name, target(name, parallel)]));
  const broken = (name: string) => ({
    match: { method: 'PUT', pathIncludes: `/ipGroups/${name}-` },
    effect: { operation: 'Failed', revert: true, code: 'IpGroupsUpdateFailed' },
  });

  it.each([
    ['first', first, a],
    ['second', laneOf(c), c],
  ])('are all stopped by a failure in the %s, whichever goes first', async (_, lane, failing) => {
    await open(targets());
    await startRun();
    const messages = (await laneMessages()).sort((one) => (one.lane === lane ? -1 : 1));
    expect(messages.map((one) => one.lane)).toHaveLength(2);
    await world.faults([broken(failing)]);
    for (const message of messages) await (await world.service()).workLane(message);
    const view = await (await world.service()).run(messages[0]?.run ?? '');
    const others = view?.targets.filter(({ id }) => id !== failing).map(({ outcomes }) => outcomes[0]);
    const said = new RegExp(`^not attempted because the write of target ${failing}, .* failed: .*IpGroupsUpdateFailed`);
    expect(others?.map((one) => one?.text)).toEqual(Array(3).fill(expect.stringMatching(said)));
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('applied');
    expect(await puts()).toHaveLength(4);
  });

  it('are stopped in the middle of a target: what is under way ends, no further group is begun', async () => {
    await open({ ...targets(), [c]: target(c, { ...parallel, entriesPerGroup: 1 }) }, 2_000);
    await startRun();
    const [one, two] = (await laneMessages()).sort((message) => (message.lane === first ? -1 : 1));
    if (!one || !two) throw new Error('expected two lanes');
    await world.faults([{ match: broken(a).match, effect: { status: 400, code: 'IPGroupsIPAddressCountZero' } }]);
    const working = (await world.service()).workLane(two);
    while (!(await requested('PUT', `/${c}-1`)));
    await (await world.service()).workLane(one);
    await working;
    const view = await (await world.service()).run(one.run);
    const of = (name: string) => view?.targets.find(({ id }) => id === name)?.outcomes;
    expect(of(c)).toMatchObject([
      { subject: `${c}-1`, result: 'done', writes: 1 },
      { subject: `${c}-2`, result: 'failed', text: expect.stringMatching(`^not attempted .* write of target ${a}, `) },
    ]);
    expect(of(d)).toMatchObject([{ result: 'failed', text: expect.stringContaining(`write of target ${a}, `) }]);
    expect((await puts()).map(({ path }) => path.split('/').at(-1)).sort()).toEqual([`${a}-1`, `${c}-1`].sort());
  });

  it('are stopped by a failure, and a target whose worker ended meanwhile is looked at, not passed by', async () => {
    await open(targets(), 1_000);
    await startRun();
    const [one, two] = (await laneMessages()).sort((message) => (message.lane === first ? -1 : 1));
    if (!one || !two) throw new Error('expected two lanes');
    await emptyLanes();
    const time = new AbortController();
    const working = workLane(await createContext(world.env, () => {}), two, time.signal);
    while (!(await requested('PUT', `/${c}-1`)));
    time.abort(new Error('time is over'));
    await working;
    await world.faults([{ match: broken(a).match, effect: { status: 400, code: 'IPGroupsIPAddressCountZero' } }]);
    await (await world.service()).workLane(one);
    await world.drain();
    const view = await (await world.service()).run(one.run);
    const of = (name: string) => view?.targets.find(({ id }) => id === name)?.outcomes;
    expect(of(c)).toMatchObject([{ result: 'done', resumed: true, writes: 0 }]);
    expect(of(d)).toMatchObject([{ result: 'failed', text: expect.stringContaining(`write of target ${a}, `) }]);
    expect(await puts()).toHaveLength(2);
  });

  it('read nothing of each other where there is one', async () => {
    await open({ a: target('a'), b: target('b') });
    const { run } = await startRun();
    const { intent } = (await (await createContext(world.env, () => {})).runs.get(run)) ?? {};
    expect(intent?.lanes).toEqual([{ lane: expect.any(String), targets: ['a', 'b'] }]);
    await world.drain();
  });
});
