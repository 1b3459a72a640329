import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import type { RunView } from '../../src/run/service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = (name: string, mode = 'sync') => ({
  kind: 'ip-group',
  mode,
  list: 'west',
  ...place,
  name,
  location: 'westus',
});
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { good: group('good'), bad: group('bad'), told: group('told', 'report-only') },
};
const west = ['20.0.0.0/24', '20.0.2.0/24'];
const gained = '20.0.6.0/24';

type Danger = DomainEvent & { kind: 'deadline-in-danger' };
const dangers = (view: RunView): Danger[] =>
  view.events.filter((event): event is Danger => event.kind === 'deadline-in-danger');

describe('a gain that a target lacks', () => {
  let world: World;
  let folder: string;

  async function publish(changeNumber: number, date: string, prefixes: string[]): Promise<void> {
    const path = join(folder, `ServiceTags_Public_${date}.json`);
    await writeFile(
      path,
      makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': prefixes, Storage: ['20.0.0.0/12'] } }),
    );
    world.set({ publication: path });
  }

  function runAt(now: string): Promise<RunView> {
    world.set({ now });
    return world.run();
  }

  /** Every write to the group of target `bad` is refused. */
  const stop = () =>
    world.faults([
      {
        match: { method: 'PUT', pathIncludes: 'bad' },
        times: 99,
        effect: { status: 403, code: 'AuthorizationFailed' },
      },
    ]);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-deadline-'));
    world = await openWorld(inject('azurite'), config);
    await publish(200, '20240115', west);
    expect((await runAt('2024-01-16T12:00:00Z')).status).toBe('applied');
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('is told as in danger after a second run, once, only for who lacks it, until it is there', async () => {
    await publish(201, '20240122', [...west, gained]);
    await stop();
    const first = await runAt('2024-01-23T12:00:00Z');
    expect(first.status).toBe('partial');
    expect(dangers(first)).toEqual([]);
    expect(first.events.find(({ kind }) => kind === 'target-failed')).toMatchObject({
      target: 'bad',
      inTime: { changeNumber: 201, earliest: '2024-01-29T00:00:00.000Z' },
    });
    await stop();
    const second = await runAt('2024-01-23T18:00:00Z');
    expect(dangers(second)).toMatchObject([
      { target: 'bad', changeNumber: 201, missing: [gained], leftMs: 5.25 * 86_400_000 },
    ]);
    expect(dangers(second)[0]?.reasons.join()).toContain('AuthorizationFailed');
    await stop();
    expect(dangers(await runAt('2024-01-24T00:00:00Z'))).toEqual([]);
    expect((await world.status()).source.gains).toMatchObject([
      {
        targets: [{ target: 'good', has: true }, { target: 'bad', has: false, lacking: [gained] }, { target: 'told' }],
      },
    ]);
    await world.faults([]);
    const healed = await runAt('2024-01-24T06:00:00Z');
    expect(healed.events.find(({ kind }) => kind === 'target-changed')).toMatchObject({
      target: 'bad',
      inTime: { leftMs: 4.75 * 86_400_000 },
    });
  });

  it('is told by the accepting run itself where little time is left', async () => {
    await publish(201, '20240122', [...west, gained]);
    await stop();
    expect(dangers(await runAt('2024-01-28T12:00:00Z'))).toMatchObject([{ target: 'bad', leftMs: 43_200_000 }]);
    await stop();
    expect(dangers(await runAt('2024-01-28T18:00:00Z'))).toEqual([]);
  });

  it('is told as in danger while everything is paused as well, with the reason', async () => {
    await world.say({ kind: 'pause' }, { why: 'change freeze' });
    await publish(201, '20240122', [...west, gained]);
    expect(dangers(await runAt('2024-01-23T12:00:00Z'))).toEqual([]);
    const told = dangers(await runAt('2024-01-23T18:00:00Z'));
    expect(told.map(({ target }) => target)).toEqual(['good', 'bad']);
    expect(told[0]?.reasons.join()).toContain('change freeze');
  });

  it('is told as in danger while lists are pinned, with the reason', async () => {
    await world.say({ kind: 'pin', changeNumber: 200, until: '2024-01-28T00:00:00Z' });
    await publish(201, '20240122', [...west, gained]);
    await runAt('2024-01-23T12:00:00Z');
    const told = dangers(await runAt('2024-01-23T18:00:00Z'));
    expect(told.map(({ target, missing }) => [target, missing])).toEqual([
      ['good', [gained]],
      ['bad', [gained]],
    ]);
    expect(told[0]?.reasons).toContain('lists are pinned to publication 200 by on call');
  });

  it('is told as in danger while a question keeps it out, with the question', async () => {
    const broad = '0.0.0.0/4';
    await publish(201, '20240122', [broad, ...west]);
    await runAt('2024-01-23T12:00:00Z');
    const held = await runAt('2024-01-23T18:00:00Z');
    const told = dangers(held);
    expect(told.map(({ target, missing }) => [target, missing])).toEqual([
      ['good', [broad]],
      ['bad', [broad]],
    ]);
    expect(told[0]?.suspicious).toEqual([expect.stringMatching(/^Storage\.WestUS-gain-201-/)]);
    expect(told[0]?.reasons.join()).toContain('broader');
    // Let in by an answer, it is late as anything else is that is not written.
    await stop();
    const [hold = ''] = told[0]?.suspicious ?? [];
    const allowed = await world.say({ kind: 'answer', holds: [hold], answer: 'allow' });
    expect(dangers(allowed)).toMatchObject([{ target: 'bad', missing: [broad] }]);
  });

  it('is not told as missing to the person who blocked it, nor counted as such', async () => {
    const broad = '0.0.0.0/4';
    await publish(201, '20240122', [broad, ...west, gained]);
    const opened = await runAt('2024-01-23T12:00:00Z');
    const hold = opened.events.flatMap((event) => (event.kind === 'hold-opened' ? [event.hold] : []));
    const blocked = await world.say({ kind: 'answer', holds: hold, answer: 'block' });
    expect(dangers(blocked)).toEqual([]);
    expect(dangers(await runAt('2024-01-28T18:00:00Z'))).toEqual([]);
    const { gains } = (await world.status()).source;
    expect(gains[0]?.targets.map(({ lacking }) => lacking)).toEqual([[], [], [gained]]);
  });

  it('is not told as missing from a target for which it was declined', async () => {
    await world.configure({ ...config, targets: { good: { ...group('good'), approval: { add: 'always' } } } });
    await publish(201, '20240122', [...west, gained]);
    const asked = await runAt('2024-01-23T12:00:00Z');
    const [part = ''] = asked.events.flatMap((event) => (event.kind === 'target-waits' ? [event.part] : []));
    await world.say({ kind: 'decline', part });
    expect(dangers(await runAt('2024-01-23T18:00:00Z'))).toEqual([]);
  });
});
