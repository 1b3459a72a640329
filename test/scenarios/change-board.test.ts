import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { cli } from '../cli/run-cli.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { startEasyAuthFront } from '../support/easy-auth-front.ts';
import { easyAuthOn } from '../support/sign-in.ts';
import { openWorld, type World } from '../support/world.ts';

// The change board of docs/examples against the built service: from the config to its first approved removal. Whoever walks
// it types what the service said before, and nothing else.

const root = fileURLToPath(new URL('../../', import.meta.url));
const registry =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.ContainerRegistry/registries/contoso';
const replica = `${registry}/replications/northeurope`;
const board = '5f1b7c0e-2d4a-4c63-9d0e-7a1c55d8b901';
const tags = {
  'AzureContainerRegistry.NorthEurope': ['20.1.0.0/24'],
  'AzureContainerRegistry.WestEurope': ['20.0.0.0/24'],
  'Storage.NorthEurope': ['20.3.0.0/23'],
  'Storage.WestEurope': ['20.2.0.0/23'],
};

/** What Easy Auth says of a person who may approve, and is in these groups. */
function person(name: string, digit: string, ...groups: string[]): { readonly 'x-ms-client-principal': string } {
  const claims = [
    { typ: 'preferred_username', val: `${name}@contoso.example` },
    { typ: 'oid', val: `${digit.repeat(8)}-0000-4000-8000-000000000000` },
    ...groups.map((val) => ({ typ: 'groups', val })),
    { typ: 'roles', val: 'approver' },
  ];
  const said = JSON.stringify({ auth_typ: 'aad', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(said).toString('base64') };
}

let world: World;
let folder: string;
let app: ChildProcess;
let front: Awaited<ReturnType<typeof startEasyAuthFront>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'change-board-'));
  const publication = join(folder, 'ServiceTags_Public_20300114.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 100, tags }));
  const example = await readFile(join(root, 'docs/examples/hub-change-board.json'), 'utf8');
  // The tests of the examples have the example's own instance, and may run at the same time over the same storage.
  const config = { ...parse(example, [], { allowTrailingComma: true }), instance: 'change-board' };
  world = await openWorld(inject('azurite'), config);
  await world.seed({
    [registry]: { location: 'westeurope', sku: { name: 'Premium' }, properties: {} },
    [replica]: { location: 'northeurope', properties: {} },
  });
  world.set({ publication, now: '2030-01-15T23:00:00Z' });
  expect((await world.run()).status).toBe('applied');
  await world.remove(replica);
  await world.run();
  const { entry } = await build({ outdir: join(folder, 'functions') });
  app = fork(join(root, 'test/support/app-process.ts'), [entry], {
    env: { ...process.env, ...world.env, ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required' },
  });
  const url = await new Promise<string>((resolve, reject) => {
    app.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
    app.on('message', (message: { url?: string }) => message.url !== undefined && resolve(message.url));
  });
  front = await startEasyAuthFront(url, {
    kari: person('kari', 'a', board),
    ola: person('ola', 'b', board),
    per: person('per', 'c', 'another group'),
  });
}, 90_000);
afterAll(async () => {
  await front.close();
  app.disconnect();
  await world.close();
  await rm(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** A command as a person at the service's URL types it; then what it asked for is done. */
async function as(token: string, line: string) {
  vi.stubEnv('SERVICE_TAG_SYNC_URL', front.url);
  vi.stubEnv('SERVICE_TAG_SYNC_TOKEN', token);
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
  const done = await cli(...words);
  await world.drain();
  return done;
}

test('from the config to the first approved removal: five commands, and every refusal names the next one', async () => {
  const quiet = await as('kari', 'todo --exit-code');
  expect(quiet).toMatchObject({ code: 0, err: '' });
  expect(quiet.out.replace(/\s+/g, ' ')).toMatch(
    /^All is well: .*1 hold is open, needs no answer and ends by itself: `holds` lists what\./,
  );

  const { out: holds } = await as('kari', 'holds');
  const [, remove = ''] = /`(answer remove [0-9a-f]{8}) --why "\.\.\."`/.exec(holds) ?? [];
  // The board's rules are met one refusal after the other; none of them is a dead end.
  const bare = await as('kari', `${remove} --why "replica retired"`);
  expect(bare).toMatchObject({ code: 1, err: expect.stringContaining('`--ticket "<such as CHG0042137>"`') });
  const strange = await as('per', `${remove} --why "replica retired" --ticket CHG0042138`);
  expect(strange).toMatchObject({ code: 1, err: expect.stringContaining('ask a member to answer') });
  const wrong = await as('kari', 'answer allow hub --why "replica retired" --ticket CHG0042138');
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('expected keep') });

  // Before anybody decides: what it would lead to, in the form of the ticket. Nothing is recorded.
  const ahead = await as('per', `${remove} --preview --detailed-exitcode`);
  expect(ahead).toMatchObject({ code: 2, err: '' });
  expect(ahead.out).toContain(
    'because of this decision: 2 ranges (768 IPv4 addresses)\n- 20.1.0.0/24\n- 20.3.0.0/23\n',
  );
  expect(ahead.out).toContain('Because of this decision: 2 more to approve.');
  expect(ahead.out).toContain('Plan: 0 to add, 2 to remove. Of these, 2 wait for an approval.');

  const answered = await as('kari', `${remove} --why "replica retired" --ticket CHG0042138`);
  expect(answered).toMatchObject({ code: 0, out: expect.stringContaining('`todo` shows what waits then') });
  expect(await world.live('hub')).toContain('20.1.0.0/24');

  const todo = await as('ola', 'todo --exit-code');
  expect(todo).toMatchObject({ code: 3, err: '' });
  expect(todo.out).toContain('hub waits to remove 2 ranges (768 IPv4 addresses).');
  const [, copied = ''] = /npm run -s cli -- (approve \S+ .*"<such as CHG0042137>")/.exec(todo.out) ?? [];
  const pasted = await as('ola', copied);
  expect(pasted).toMatchObject({ code: 1, err: expect.stringContaining('expected a ticket') });
  const approve = copied.replace('"<such as CHG0042137>"', 'CHG0042137');
  const own = await as('kari', approve);
  expect(own).toMatchObject({ code: 1, err: expect.stringContaining('who finds the command with `todo`') });
  const asHold = await as('ola', approve.replace('approve', 'answer remove'));
  expect(asHold).toMatchObject({ code: 1, err: expect.stringMatching(/`approve [0-9a-f]{16}` or `decline/) });

  const { out: ticket } = await as('ola', 'plan hub');
  expect(ticket).toContain('# Change of hub: 2 ranges out, if approved\n');
  expect(ticket).toContain('Plan: 0 to add, 2 to remove. Of these, 2 wait for an approval.');
  expect(ticket).toMatch(/- Out, 2 ranges .*; kari@contoso\.example on .*: replica retired \\\[CHG0042138\\\]\./);
  expect(ticket).toMatch(
    /## Risk of what goes\n\n- 2 ranges .*: still published, all of it; partly in Storage\.NorthEurope: 1 range/,
  );
  expect(ticket).toContain('\n- 20.1.0.0/24\n- 20.3.0.0/23\n```\n');
  expect(ticket).toMatch(
    /`npm run -s cli -- decline [0-9a-f]{16} --why "\.\.\." --ticket "<such as CHG0042137>"`: Nothing of part/,
  );
  expect(ticket).toContain('With these exceptions in list');
  expect(ticket).toContain('| before | 4 | 1,536 | 0 |');
  expect(ticket).toContain('| goes | -2 | -768 | 0 |');
  expect(ticket).toContain('| after, if approved | 2 | 768 | 0 |');
  expect(ticket).toContain('| after, without an approval | 4 | 1,536 | 0 |');

  const effect = await as('ola', 'approve hub --preview');
  expect(effect.out).toContain('Because of this decision: 2 more to remove.');
  const approved = await as('ola', approve);
  expect(approved).toMatchObject({ code: 0, err: '' });
  expect(await world.live('hub')).toEqual(['20.0.0.0/24', '20.2.0.0/23']);
  const after = await as('ola', 'todo');
  expect(after.out.replace(/\s+/g, ' ')).toBe(
    'All is well: nothing waits for you, and publication 100 of 2030-01-14 is in force, 1 day old. ',
  );
});
