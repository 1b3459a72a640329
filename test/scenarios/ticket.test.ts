import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { showInbox } from '../../src/cli/show-inbox.ts';
import { previewText } from '../../src/messages/preview.ts';
import { riskText } from '../../src/messages/risk.ts';
import { textOf } from '../../src/messages/text-of.ts';
import { changeTicketMarkdown } from '../../src/messages/ticket.ts';
import type { DecisionRequest, PlanView } from '../../src/operator/operator.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { inOrder } from '../support/history.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const hub = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' };
const approval = { add: 'always', remove: 'always' };
const tag = 'Storage.WestUS';
const all = Array.from({ length: 20 }, (_, i) => `20.1.${i * 2}.0/24`);
/** What the tag loses: what both parents keep, and what they lose as well. */
const [stays, gone] = ['20.1.0.0/24', '20.1.2.0/24'];

let world: World;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ticket-'));
  world = await openWorld(inject('azurite'), { lists: { west: { tags: [tag] } }, targets: { hub } });
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function publish(changeNumber: number, date: string, own: readonly string[], parents: readonly string[]) {
  const publication = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  const tags = { [tag]: own, Storage: parents, 'AzureCloud.westus': parents };
  const tagChangeNumbers = Object.fromEntries(Object.keys(tags).map((name) => [name, changeNumber]));
  await writeFile(publication, makeCatalogJson({ changeNumber, tags, tagChangeNumbers }));
  world.set({ publication, now: new Date(Date.parse(date) + 76 * 3_600_000).toISOString() });
  await world.run();
}

const live = async () => inOrder(await world.live('hub'));
const ticketOf = async (id: string): Promise<PlanView> => {
  const plan = await (await world.desk()).plan(id);
  if (plan === undefined) throw new Error(`no plan ${id}`);
  return plan;
};

/** The words of the ticket's own commands, without its reason. */
function commandsIn({ rollback }: PlanView): string[] {
  return rollback.flatMap(({ command = '' }) => /^npm run -s cli -- (.+?) --why/.exec(command)?.[1] ?? []);
}

/** A decision as the command line makes it of such words. */
function decisionOf(words: string): DecisionRequest {
  const [kind, what = ''] = words.split(' ');
  if (kind === 'withdraw') return { kind, word: what };
  if (kind === 'decline') return { kind, part: what };
  if (kind === 'pin') return { kind, changeNumber: Number(what), until: '2024-01-31T00:00:00Z' };
  throw new Error(`no decision: ${words}`);
}

test('a removal that somebody asked for: who and why, what its parents say, and commands that bring it back', async () => {
  await publish(300, '2024-01-08', all, all);
  await publish(
    301,
    '2024-01-15',
    all.slice(2),
    all.filter((one) => one !== gone),
  );
  await world.configure({ lists: { west: { tags: [tag] } }, targets: { hub: { ...hub, approval } } });
  const [hold] = await (await world.desk()).holds();
  const before = await live();
  world.set({ now: '2024-01-19T08:00:00.000Z' });
  const why = { why: 'retired', ticket: 'CHG1', by: { name: 'anna', how: 'claimed' } } as const;
  await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' }, why);

  const ticket = await ticketOf('hub');
  expect(ticket.origins).toMatchObject([
    {
      direction: 'remove',
      ranges: [stays, gone],
      decisions: [{ by: 'anna', why: 'retired', ticket: 'CHG1' }],
      released: { by: 'answer of anna' },
    },
  ]);
  expect(ticket.risks).toMatchObject([
    {
      tag,
      tags: [
        { tag: 'AzureCloud.westus', whole: false, ranges: [stays] },
        { tag: 'Storage', whole: false, ranges: [stays] },
      ],
      gone: [gone],
      goneSince: '2024-01-18T04:00:00.000Z',
    },
  ]);
  // Whoever approves reads the same of it wherever the part is shown, and that the answer went against the advice.
  const desk = await world.desk();
  const { items } = await desk.inbox();
  expect(items).toMatchObject([
    {
      kind: 'part',
      risks: ticket.risks,
      suggested: { answer: 'wait', reason: expect.stringMatching(/^Against the advice, anna /) },
    },
  ]);
  const [risk = ''] = ticket.risks.map(riskText);
  expect(risk).toContain('partly in AzureCloud.westus');
  expect(showInbox(await desk.inbox(), '', 2000)).toContain(risk);
  const preview = await desk.preview({ kind: 'approve', part: 'hub' });
  expect(previewText(preview).head).toContain(risk);
  const { events = [] } = (await desk.run(ticket.run)) ?? {};
  const waits = events.flatMap((one) => (one.kind === 'target-waits' ? textOf(one).lines : []));
  expect(waits).toContain(`Risk: ${risk}`);
  const text = changeTicketMarkdown(ticket);
  expect(text).toContain('# Change of hub: 2 ranges out, if approved\n');
  expect(text.match(/^- \d/gm)).toHaveLength(2);

  const [decline = '', withdraw = '', pin = '', pause = ''] = commandsIn(ticket);
  expect([decline, withdraw, pin, pause].map((words) => words.split(' ')[0])).toEqual([
    'decline',
    'withdraw',
    'pin',
    'pause',
  ]);
  expect(pin).toBe('pin 300 --until 14d');
  await world.say({ kind: 'approve', part: 'hub' });
  expect(await live()).toEqual(inOrder(all.slice(2)));
  const back = (await (await world.desk()).preview(decisionOf(pin))).targets[0];
  expect(back?.waits.flatMap(({ steps }) => steps.map(({ prefix }) => prefix))).toEqual([stays, gone]);
  await world.configure({ lists: { west: { tags: [tag] } }, targets: { hub } });
  await world.say(decisionOf(withdraw));
  expect(await live()).toEqual(before);
});

test('what waits since an earlier publication has the date of its file, not of the day on which it was seen', async () => {
  await publish(300, '2024-01-08', all.slice(1), all);
  await world.configure({ lists: { west: { tags: [tag] } }, targets: { hub: { ...hub, approval } } });
  await publish(301, '2024-01-15', all, all);
  await publish(302, '2024-01-22', all, all);
  expect((await ticketOf('hub')).origins).toMatchObject([
    { cause: { kind: 'publication', changeNumber: 301 }, ranges: [stays], publishedOn: '2024-01-15' },
  ]);
});

test('what a publication brings has nobody who asked for it, and a pin to the one before takes it out', async () => {
  await publish(300, '2024-01-08', all.slice(1), all);
  await world.configure({ lists: { west: { tags: [tag] } }, targets: { hub: { ...hub, approval } } });
  const before = await live();
  await publish(301, '2024-01-15', all, all);
  const ticket = await ticketOf('hub');
  expect(ticket.origins).toMatchObject([
    {
      direction: 'add',
      cause: { kind: 'publication', changeNumber: 301 },
      ranges: [stays],
      decisions: [],
      publishedOn: '2024-01-15',
    },
  ]);
  expect(ticket.risks).toEqual([]);
  const pin = commandsIn(ticket)[1] ?? '';
  expect(pin).toBe('pin 300 --until 14d');
  await world.say({ kind: 'approve', part: 'hub' });
  expect(await live()).toEqual(inOrder(all));
  await world.configure({ lists: { west: { tags: [tag] } }, targets: { hub } });
  await world.say(decisionOf(pin));
  expect(await live()).toEqual(before);
});
