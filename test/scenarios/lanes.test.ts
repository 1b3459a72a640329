import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { breakLeases, open, puts, requested, startRun, target, useLanes, world } from '../support/lane-world.ts';

/** A worker in a process of its own, so that it can be killed as a machine dies: without a last word. */
const worker = `
  const { createService } = await import(process.argv[1]);
  await (await createService(process.env, () => {})).workLane(JSON.parse(process.argv[2]));
`;

useLanes();

describe('a lane', () => {
  it('whose worker is killed in the middle of an operation goes on with the same operation: one PUT', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await startRun();
    const wire = new URL('../../src/composition-root.ts', import.meta.url).href;
    const args = ['--input-type=module', '--eval', worker, '--', wire, JSON.stringify(message)];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...world.env }, stdio: 'inherit' });
    const ended = once(child, 'exit');
    while (!(await requested('PUT', '/hub-1')))
      if (child.exitCode !== null) throw new Error(`the worker ended: ${child.exitCode}`);
    child.kill('SIGKILL');
    await ended;
    await breakLeases();
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', targets: [{ outcomes: [{ result: 'done', writes: 0 }] }] });
    // The write of the worker that was killed is counted nowhere.
    expect(view).toMatchObject({ armWrites: 0, armWritesAtLeast: true });
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('no-change');
  }, 60_000);

  it('is over in no second write, however often its message comes', async () => {
    await open({ hub: target('hub') });
    const message = await startRun();
    await world.drain();
    for (let i = 0; i < 3; i++) await (await world.service()).workLane(message);
    expect(await puts()).toHaveLength(1);
  });

  it('stops after a group that failed, and says of the others why; the next run takes all of them up', async () => {
    await open({ a: target('a'), b: target('b'), far: target('far', { lane: 'elsewhere' }) });
    const match = { method: 'PUT', pathIncludes: '/ipGroups/a-1' };
    await world.faults([{ match, effect: { operation: 'Failed', revert: true, code: 'IpGroupsUpdateFailed' } }]);
    const view = await world.run();
    expect(view.status).toBe('partial');
    const [a, b, far] = view.targets.map(({ outcomes }) => outcomes[0]);
    expect(a).toMatchObject({ result: 'failed', text: expect.stringContaining('IpGroupsUpdateFailed') });
    expect(b).toMatchObject({ result: 'failed', writes: 0 });
    expect(b?.text).toMatch(/^not attempted because the write of target a, .* failed: .*IpGroupsUpdateFailed/);
    expect(far).toMatchObject({ result: 'done' });
    expect((await puts()).map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['a-1', 'far-1']);
    expect((await world.run()).status).toBe('applied');
    expect(await puts()).toHaveLength(2);
  });

  it('goes on after a target that failed before its first request', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await startRun();
    // Whatever is read of the first target makes no sense any more.
    const list = { method: 'GET', pathIncludes: '/ipGroups' };
    await world.faults([{ match: list, times: 2, effect: { status: 200 } }]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view?.targets.map(({ outcomes }) => outcomes[0]?.result)).toEqual(['failed', 'done']);
  });

  it('that is given up fails what is left with the reason, and closes the run', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await startRun();
    await (await world.service()).giveUpLane(message, 'storage answered 500');
    await (await world.service()).giveUpLane(message, 'again');
    const view = await (await world.service()).run(message.run);
    expect(view?.status).toBe('failed');
    const texts = view?.targets.flatMap(({ outcomes }) => outcomes.map(({ text }) => text));
    expect(texts).toEqual([expect.stringMatching(/^given up: storage answered 500/), expect.anything()]);
    await world.drain();
    expect(await puts()).toEqual([]);
    expect((await world.run()).status).toBe('applied');
  });

  it('is not given up while a worker holds it', async () => {
    await open({ a: target('a') });
    const message = await startRun();
    const lease = await (await createContext(world.env, () => {})).leases.acquire(`lane-${message.lane}`);
    const service = await world.service();
    await expect(service.giveUpLane(message, 'storage answered 500')).rejects.toThrow(/is being worked on/);
    expect((await service.run(message.run))?.targets).toMatchObject([{ outcomes: [] }]);
    await lease?.release();
    await world.drain();
    expect(await service.run(message.run)).toMatchObject({ status: 'applied' });
  });
});
