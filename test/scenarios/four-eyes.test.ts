import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Actor } from '../../src/core/decisions/decision.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { rawTable } from '../support/raw-storage.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const [tag, other] = ['Storage.WestUS', 'Storage.EastUS'];
const objectId = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const person = (name: string, digit: string): Actor => ({
  name: `${name}@contoso.example`,
  how: 'token',
  id: objectId(digit),
});
const [anna, bert, cleo] = [person('anna', 'a'), person('bert', 'b'), person('cleo', 'c')];

const table = rawTable();

const configOf = (answers: object, approval: object = {}, tags: readonly string[] = [tag]) => ({
  lists: { west: { tags } },
  answers,
  targets: {
    hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus', approval },
  },
});

// The approver of a change is none of those who asked for it, and as many people approve as the config says.
describe('four eyes', () => {
  let world: World;
  let folder: string;
  let number: number;

  const publish = async (date: string, prefixes: readonly string[]): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    const tags = { [tag]: [...prefixes], [other]: ['21.0.0.0/18', '21.1.0.0/18'] };
    await writeFile(path, makeCatalogJson({ changeNumber: number++, tags }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };
  const open = async (answers: object, approval: object = {}, author = ''): Promise<void> => {
    world = await openWorld(inject('azurite'), configOf(answers, approval));
    world.env.SERVICE_TAG_SYNC_CONFIG_AUTHOR = author;
    await publish('2024-01-15', base);
    await world.run();
  };
  const waiting = async () => (await world.status()).targets[0]?.outcomes.find(({ result }) => result === 'waiting');
  const part = async () => ((await waiting())?.subject ?? '').replace('part:', '');
  const approve = async (by: Actor) => world.say({ kind: 'approve', part: await part() }, { by });
  const hold = async () => (await (await world.desk()).holds())[0]?.id ?? '';
  /** Two further runs that write nothing. */
  const stays = async (): Promise<void> => {
    await world.writes();
    for (const _ of [1, 2]) await world.run();
    expect(await world.writes()).toEqual([]);
  };

  beforeEach(async () => {
    number = 200;
    folder = await mkdtemp(join(tmpdir(), 'four-eyes-'));
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('who answered the hold does not approve the removal', async () => {
    await open({ notWhoAsked: true }, { remove: 'always' });
    await publish('2024-01-22', base.slice(4));
    await world.run();
    await world.say({ kind: 'answer', holds: [await hold()], answer: 'remove' }, { by: anna });
    await stays();
    await expect(approve(anna)).rejects.toThrow(/anna@contoso.example, who asked for it/);
    await expect(approve({ ...anna, name: 'anna.married@contoso.example' })).rejects.toThrow(/who asked for it/);
    await stays();
    expect((await approve(bert)).status).toBe('applied');
    expect(await world.live('hub')).toEqual(base.slice(4));
  });

  it('who asked for the run does not approve what it found', async () => {
    await open({ notWhoAsked: true }, { add: 'always' }, `${cleo.name} ${cleo.id}`);
    expect(await world.live('hub')).toEqual([]);
    await (await world.service()).requestRun({ trigger: 'http', by: anna });
    await world.drain();
    await expect(approve(anna)).rejects.toThrow(/who asked for it/);
    expect((await approve(bert)).status).toBe('applied');
    expect(await world.live('hub')).toEqual(base);
  });

  it('a part that needs two people waits for the second, and both are on record', async () => {
    await open({ approvers: 2 }, { add: 'always' });
    await approve(anna);
    expect((await waiting())?.text).toMatch(/approved by anna@contoso.example: 1 of the 2 people that it needs/);
    await stays();
    await expect(approve(anna)).rejects.toThrow(/who decided the same before/);
    await expect(approve({ name: 'bert', how: 'claimed' })).rejects.toThrow(/does not come from a sign-in/);
    await stays();
    expect((await approve(bert)).status).toBe('applied');
    expect(await world.live('hub')).toEqual(base);
    const [change] = (await (await world.desk()).changes({ target: 'hub', most: 1 })).changes;
    const approvals = (await world.decisions()).filter(({ kind }) => kind === 'approve').map(({ id }) => id);
    expect(change?.decisions?.toSorted()).toEqual(approvals.toSorted());
  });

  it('an edit by an author who is not on record takes two people', async () => {
    await open({ notWhoAsked: true });
    await world.configure(configOf({ notWhoAsked: true }, {}, [tag, other]));
    await world.run();
    await approve(anna);
    await stays();
    expect(await world.live('hub')).toEqual(base);
    expect((await approve(bert)).status).toBe('applied');
  });

  it('the author of an edit, where that is on record, does not approve it; one other person does', async () => {
    await open({ notWhoAsked: true });
    world.env.SERVICE_TAG_SYNC_CONFIG_AUTHOR = `Anna ${anna.id}`;
    await world.configure(configOf({ notWhoAsked: true }, {}, [tag, other]));
    await world.run();
    await expect(approve(anna)).rejects.toThrow(/who asked for it/);
    await stays();
    expect((await approve(bert)).status).toBe('applied');
  });

  it('who takes an answer back does not approve what comes in again by that', async () => {
    await open({ notWhoAsked: true });
    await publish('2024-01-22', base.slice(4));
    await world.run();
    await world.say({ kind: 'answer', holds: [await hold()], answer: 'remove' }, { by: anna });
    expect(await world.live('hub')).toEqual(base.slice(4));
    await world.configure(configOf({ notWhoAsked: true }, { add: 'always' }));
    const answered = (await world.decisions()).find(({ kind }) => kind === 'answer')?.id ?? '';
    await world.say({ kind: 'withdraw', word: answered }, { by: bert });
    await stays();
    await expect(approve(bert)).rejects.toThrow(/who asked for it/);
    await stays();
    expect((await approve(cleo)).status).toBe('applied');
  });

  describe('of an edit that waits', () => {
    const wider = () => configOf({ notWhoAsked: true }, {}, [tag, other]);
    const edit = async (config: object, author?: Actor): Promise<void> => {
      world.env.SERVICE_TAG_SYNC_CONFIG_AUTHOR = author ? `${author.name} ${author.id}` : '';
      await world.configure(config);
      await world.run();
    };

    it('its author stays one of those who asked, after another one edited something else too', async () => {
      await open({ notWhoAsked: true });
      await edit(wider(), anna);
      await edit({ ...wider(), channels: { log: { kind: 'log' } } }, bert);
      await expect(approve(anna)).rejects.toThrow(/who asked for it/);
      await stays();
      expect((await approve(cleo)).status).toBe('applied');
    });

    it('who brings a config of another author back asks for it too', async () => {
      await open({ notWhoAsked: true });
      await edit(wider(), bert);
      await edit(configOf({ notWhoAsked: true }), bert);
      await edit(wider(), anna);
      await expect(approve(anna)).rejects.toThrow(/who asked for it/);
      await expect(approve(bert)).rejects.toThrow(/who asked for it/);
      expect((await approve(cleo)).status).toBe('applied');
    });

    it('one who is not on record and brings it back makes it two people', async () => {
      await open({ notWhoAsked: true });
      await edit(wider(), bert);
      await edit(wider());
      await approve(anna);
      await stays();
      expect((await approve(cleo)).status).toBe('applied');
    });

    it('a plan of it that was changed in storage keeps no approval out, and makes it two people', async () => {
      await open({ notWhoAsked: true });
      await edit(wider(), anna);
      const { run } = await world.run();
      const partitionKey = `${world.env.SERVICE_TAG_SYNC_QUEUES}|Public|run|${run}`;
      await edit({ ...wider(), channels: { log: { kind: 'log' } } }, bert);
      await table.updateEntity({ partitionKey, rowKey: 'plan|hub', text0: '{}' }, 'Merge');
      await expect(approve(anna)).rejects.toThrow(/who asked for it/);
      await approve(cleo);
      await stays();
      expect((await approve(person('dora', 'd'))).status).toBe('applied');
    });

    it('a target that it adds waits for a person other than its author', async () => {
      await open({ notWhoAsked: true });
      const config = configOf({ notWhoAsked: true }, { add: 'always' });
      const { hub } = config.targets;
      const targets = { hub, branch: { ...hub, name: 'branch', list: 'wide' } };
      await edit({ ...config, lists: { ...config.lists, wide: { tags: [tag, other] } }, targets }, anna);
      const [outcome] = (await world.status()).targets.find(({ id }) => id === 'branch')?.outcomes ?? [];
      const added = outcome?.subject.replace('part:', '') ?? '';
      await expect(world.say({ kind: 'approve', part: added }, { by: anna })).rejects.toThrow(/who asked for it/);
      expect((await world.say({ kind: 'approve', part: added }, { by: bert })).status).toBe('applied');
    });
  });

  it('an answer that lets a loss go, or a gain come, counts from the second person on', async () => {
    await open({ approvers: 2 });
    await publish('2024-01-22', base.slice(4));
    await world.run();
    const loss = { kind: 'answer', holds: [await hold()], answer: 'remove' } as const;
    await world.say(loss, { by: anna });
    await stays();
    expect(await world.live('hub')).toEqual(base);
    await expect(world.say(loss, { by: anna })).rejects.toThrow(/who decided the same before/);
    const done = await world.say(loss, { by: bert });
    expect(done.status).toBe('applied');
    expect(done.events).toContainEqual(
      expect.objectContaining({ kind: 'hold-ended', by: 'answer of anna@contoso.example and bert@contoso.example' }),
    );
    expect(await world.live('hub')).toEqual(base.slice(4));

    // Either of them takes it back; a third person makes it two again.
    const second = (await world.decisions()).findLast(({ kind }) => kind === 'answer')?.id ?? '';
    await world.say({ kind: 'withdraw', word: second }, { by: bert });
    expect((await world.live('hub')).toSorted()).toEqual(base.toSorted());
    await stays();
    await world.say({ ...loss, holds: [await hold()] }, { by: cleo });
    expect(await world.live('hub')).toEqual(base.slice(4));
  });

  it('a gain that is held comes in with the second person, and is kept out by one', async () => {
    await open({ approvers: 2 });
    await publish('2024-01-22', [...base, '22.0.0.0/12']);
    await world.run();
    const held = await hold();
    // What comes in stays in: an end would be a promise that is not kept.
    const forAWeek = { kind: 'answer', holds: [held], answer: 'keep', until: '2024-01-29T00:00:00.000Z' } as const;
    await expect(world.say(forAWeek, { by: anna })).rejects.toThrow(/a gain that is let in has no end/);
    await world.say({ kind: 'answer', holds: [held], answer: 'keep' }, { by: anna });
    await stays();
    expect(await world.live('hub')).toEqual(base);
    await world.say({ kind: 'answer', holds: [held], answer: 'keep' }, { by: bert });
    expect(await world.live('hub')).toEqual([...base, '22.0.0.0/12']);
  });

  it('to take back an answer on what a target gave up takes what the rules of that target ask for', async () => {
    const { lists, targets } = configOf({}, {}, [tag, other]);
    const hub = { ...targets.hub, answers: { ticket: { pattern: 'CHG[0-9]+' } } };
    world = await openWorld(inject('azurite'), { lists, targets: { hub } });
    await publish('2024-01-15', base);
    await world.run();
    await world.configure({ ...configOf({}), targets: { hub } });
    await world.run();
    const keep = { kind: 'answer', holds: [await hold()], answer: 'keep' } as const;
    await expect(world.say(keep)).rejects.toThrow(/expected a ticket/);
    await world.say(keep, { ticket: 'CHG1' });
    const word = (await world.decisions()).findLast(({ kind }) => kind === 'answer')?.id ?? '';
    await expect(world.say({ kind: 'withdraw', word })).rejects.toThrow(/expected a ticket/);
    await world.say({ kind: 'withdraw', word }, { ticket: 'CHG2' });
  });
});
