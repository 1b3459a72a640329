import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const tag = 'Storage.WestUS';

function configOf(target: object = {}, more: object = {}) {
  return {
    lists: { west: { tags: [tag] } },
    targets: {
      hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus', ...target },
    },
    ...more,
  };
}

// People steer: every way to stop, let through or take back, each seen in what the target holds.
describe('steering', () => {
  let world: World;
  let folder: string;
  let number: number;

  /** A publication of a day in 2024, and the clock set to noon of that day. */
  const publish = async (
    date: string,
    prefixes: readonly string[],
    others: Record<string, string[]> = {},
  ): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber: number++, tags: { ...others, [tag]: prefixes } }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };
  const waiting = async () => (await world.status()).targets[0]?.outcomes.find(({ result }) => result === 'waiting');
  const part = async () => ((await waiting())?.subject ?? '').replace('part:', '');

  beforeEach(async () => {
    number = 200;
    folder = await mkdtemp(join(tmpdir(), 'service-tags-steering-'));
    world = await openWorld(inject('azurite'), configOf());
    await publish('2024-01-15', base);
    expect((await world.run()).status).toBe('applied');
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('removes a held loss on an answer, and refuses the same answer afterwards', async () => {
    await publish('2024-01-22', base.slice(4));
    const asked = await world.run();
    expect(asked.status).toBe('waiting');
    const [hold] = await (await world.desk()).holds();
    expect(hold).toMatchObject({ of: { tag }, kind: 'loss', changeNumber: 201, prefixes: base.slice(0, 4) });
    const answer = { kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' } as const;
    const done = await world.say(answer);
    expect(done.status).toBe('applied');
    expect(await world.live('hub')).toEqual(base.slice(4));
    await expect(world.say(answer)).rejects.toThrow(/no hold .* is open/);
    const [change] = (await (await world.desk()).changes({ target: 'hub', most: 1 })).changes;
    expect(change).toMatchObject({ direction: 'remove', cause: { kind: 'released', hold: hold?.id } });
  });

  it('keeps a loss for good on an answer: the clock passes it by, no reminder comes', async () => {
    await publish('2024-01-22', base.slice(4));
    await world.run();
    await world.say({ kind: 'answer-publication', changeNumber: 201, answer: 'keep' });
    await publish('2024-06-03', base.slice(4));
    const later = await world.run();
    expect(later.status).toBe('no-change');
    expect(later.events.map(({ kind }) => kind)).not.toContain('hold-reminder');
    expect(await world.live('hub')).toEqual(base);
  });

  it('writes nothing while paused, and all of it after resuming', async () => {
    const paused = await world.say({ kind: 'pause', target: 'hub' });
    expect(paused.events).toContainEqual(
      expect.objectContaining({ kind: 'control-changed', control: 'pause', begins: true }),
    );
    await publish('2024-01-22', [...base, '20.1.0.0/24']);
    await world.writes();
    await world.run();
    expect(await world.writes()).toEqual([]);
    expect((await waiting())?.text).toMatch(/paused by on call/);
    const resumed = await world.say({ kind: 'resume', target: 'hub' });
    expect(resumed.status).toBe('applied');
    expect(resumed.events).toContainEqual(expect.objectContaining({ kind: 'control-changed', begins: false }));
    expect(await world.live('hub')).toContain('20.1.0.0/24');
  });

  it('writes nothing of a plan that was made before the pause', async () => {
    await publish('2024-01-22', [...base, '20.1.0.0/24']);
    const service = await world.service();
    const { run } = await service.requestRun({ trigger: 'http' });
    await service.startRun({ schema: 1, run, trigger: 'http' });
    await world.writes();
    await world.say({ kind: 'pause' });
    expect(await world.writes()).toEqual([]);
    expect((await service.run(run))?.targets[0]?.outcomes[0]).toMatchObject({ result: 'waiting' });
    expect(await world.live('hub')).toEqual(base);
  });

  it('asks before removals where the config says so; an approval covers what it showed and no more', async () => {
    await world.configure(configOf({ approval: { remove: 'always' } }));
    const losing = { Storage: ['20.64.0.0/16'] };
    for (const date of ['2024-01-22', '2024-01-29', '2024-02-05']) {
      await publish(date, base.slice(1), losing);
      await world.run();
    }
    await publish('2024-03-04', base.slice(1), losing);
    const asked = await world.run();
    expect(asked.status).toBe('waiting');
    const first = await part();
    await expect(world.say({ kind: 'approve', part: 'nonsense' })).rejects.toThrow(/no part nonsense waits: .*`todo`/);
    expect((await world.say({ kind: 'approve', part: first })).status).toBe('applied');
    expect(await world.live('hub')).toEqual(base.slice(1));
    await expect(world.say({ kind: 'approve', part: first })).rejects.toThrow(/is done/);
  });

  it('takes no word on a part that is planned no more: its ranges are others by now', async () => {
    await world.configure(configOf({ approval: { add: 'always' } }));
    await publish('2024-01-22', [...base, '20.1.0.0/24']);
    expect((await world.run()).status).toBe('waiting');
    const shown = await part();
    await publish('2024-01-29', [...base, '20.1.0.0/24', '20.2.0.0/24']);
    expect((await world.run()).status).toBe('waiting');
    const now = await part();
    expect(now).not.toBe(shown);
    for (const kind of ['approve', 'decline'] as const) {
      await expect(world.say({ kind, part: shown })).rejects.toThrow(/no longer planned/);
    }
    expect(await world.decisions()).toEqual([]);
    expect((await world.say({ kind: 'approve', part: now })).status).toBe('applied');
    expect(await world.live('hub')).toEqual([...base, '20.1.0.0/24', '20.2.0.0/24']);
  });

  it('keeps to the hours of a window, and breaks it when Azure may use the ranges soon', async () => {
    const change = { timeZone: 'Europe/Oslo', windows: [{ days: ['sat'], from: '22:00', to: '23:00' }] };
    await world.configure(configOf({ change }));
    await publish('2024-01-22', [...base, '20.1.0.0/24']);
    await world.run();
    expect((await waiting())?.text).toMatch(/sat from 22:00 to 23:00/);
    expect(await world.live('hub')).toEqual(base);
    await world.configure(configOf({ change: { ...change, breakIfDeadlineUnderHours: 168 } }));
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toContain('20.1.0.0/24');
  });

  it('pins every list to an earlier publication, and goes on after it', async () => {
    await publish('2024-01-22', [...base, '20.1.0.0/24']);
    await world.run();
    const longest = '2024-02-05T12:00:00Z';
    const longer = '2024-02-05T12:00:01Z';
    await expect(world.say({ kind: 'pin', changeNumber: 200, until: longer })).rejects.toThrow(/14 days/);
    const pinned = await world.say({ kind: 'pin', changeNumber: 200, until: longest });
    expect(pinned.status).toBe('applied');
    expect(await world.live('hub')).toEqual(base);
    expect((await world.status()).pin).toBeDefined();
    expect((await world.say({ kind: 'unpin' })).status).toBe('applied');
    expect(await world.live('hub')).toContain('20.1.0.0/24');
  });

  it('leaves what an edited list gave up to its own clock while it pins', async () => {
    const east = '20.9.0.0/24';
    const lists = (tags: string[]) => ({ ...configOf(), lists: { west: { tags } } });
    await world.configure(lists([tag, 'Storage.EastUS']));
    await publish('2024-01-22', base, { 'Storage.EastUS': [east] });
    expect((await world.run()).status).toBe('applied');
    await world.configure(lists([tag]));
    await world.run();
    const held = (await (await world.desk()).holds()).map(({ id }) => id);
    expect(held).toHaveLength(1);
    await world.say({ kind: 'pin', changeNumber: 201, until: '2024-01-30' });
    expect(await world.live('hub')).toContain(east);
    expect((await (await world.desk()).holds()).map(({ id }) => id)).toEqual(held);
  });

  it('takes no word without the ticket that the config asks for', async () => {
    await publish('2024-01-22', base.slice(4));
    await world.run();
    await world.configure(configOf({}, { answers: { ticket: { pattern: 'CHG\\d{4}', example: 'CHG1234' } } }));
    const answer = { kind: 'answer-publication', changeNumber: 201, answer: 'remove' } as const;
    await expect(world.say(answer)).rejects.toThrow(/CHG1234/);
    await world.say(answer, { ticket: 'CHG4711' });
    expect(await world.live('hub')).toEqual(base.slice(4));
  });

  it('finds where an address stands', async () => {
    await publish('2024-01-22', base.slice(4));
    await world.run();
    const found = await (await world.desk()).lookup('20.0.0.7');
    expect(await (await world.desk()).lookup('::ffff:20.0.0.7'), 'the same in the form of IPv6').toEqual(found);
    expect(found.tags).toEqual([
      expect.objectContaining({ tag, published: false, effective: true, hold: expect.stringContaining('loss-201') }),
    ]);
    expect(found.targets).toMatchObject([{ target: 'hub', holds: true, ours: true }]);
  });
});
