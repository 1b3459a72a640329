import type { HttpResponseInit } from '@azure/functions';
import type { Actor } from '../../src/core/decisions/decision.ts';
import { hiddenIn } from '../../src/core/visible-text.ts';
import { handle } from '../../src/http/handle.ts';
import { pageRoute } from '../../src/http/page/route.ts';
import { routes } from '../../src/http/routes.ts';
import { DecisionRejected } from '../../src/operator/operator.ts';
import type { World } from '../histories/world/world.ts';
import { invocation, request } from '../support/service.ts';
import { easyAuthOn, principal } from '../support/sign-in.ts';
import { storedIn } from './damages.ts';
import { filledInstance, run } from './filled-instance.ts';
import { productOf } from './http-requests.ts';
import type { Part } from './part.ts';

/** What nobody may find anywhere: the settings of filledInstance(). */
const secrets = ['a-key-that-seals-what-a-history-stores', 'a-key-of-a-history'];

const texts = [
  ...['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', ']]></content><evil/>', '&lt;b&gt;'],
  ...['=HYPERLINK("http://evil.example")', '+1+cmd|calc', '-2+3', '@SUM(1)', '\t=1+1', '\r=1+1'],
  ...['\u001b[31mred', '\u202egnp', 'line\r\nSet-Cookie: a=b', '| a | b |\n|---|---|', '[x](javascript:alert(1))'],
  ...["' or PartitionKey ne '", '../../../etc/passwd', '%0d%0aX: y', '$(id)', '{{7*7}}', '`rm -rf ~`'],
];
const fields = ['why', 'ticket', 'by'] as const;
const views = [
  '',
  '/control',
  '/changes',
  '/targets',
  '/targets/build',
  '/runs',
  '/why?address=20.0.0.40',
  '/tags',
  '/publications',
];
const documents = [
  ...[
    ['changes', 'text/csv'],
    ['changes', 'text/markdown'],
    ['changes', 'application/json'],
    ['plans', 'text/markdown'],
  ],
  ...[
    ['atom-target', '*/*'],
    ['atom-list', '*/*'],
    ['status', '*/*'],
    ['inbox', '*/*'],
    ['runs', '*/*'],
  ],
] as const;

/** Texts that mean something to a browser, a terminal, a spreadsheet or a query, in each field that a person fills in. */
export const injection: Part = {
  name: 'injection',
  about: 'texts that a browser, terminal, spreadsheet or query would obey are shown as texts; no secret is anywhere',
  unit: 'texts',
  cases: { short: 6, long: 100_000 },
  async open({ seed }) {
    const before = Object.keys(easyAuthOn).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, easyAuthOn);
    const counts = { refused: 0, answers: 0, shown: 0 };
    const all = texts.flatMap((text) => fields.map((field) => ({ text, field })));
    return {
      cases: all.length,
      async play(index) {
        const one = all[(index + seed) % all.length];
        if (one === undefined) return [];
        const world = await filledInstance('at rest');
        if (!(await decide(world, one.field, one.text))) {
          counts.refused += 1;
          return [];
        }
        const answers = await answersOf(world);
        counts.answers += answers.length;
        counts.shown += answers.filter(({ text }) => text.includes(one.text.slice(-6))).length;
        const found = [
          ...answers.flatMap(({ name, type, text }) => faultsIn(name, type, text, one.text)),
          ...world.told.flatMap((message) => faultsIn('a notice', 'text/plain', JSON.stringify(message), one.text)),
          ...secretsIn(world, answers),
        ];
        return found.map((text) => ({ text: `${one.field} ${JSON.stringify(one.text)}: ${text}` }));
      },
      counts: () => counts,
      async close() {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      },
    };
  },
};

/** Records decisions with a text; false where it is refused for signs that no one sees. */
async function decide(world: World, field: (typeof fields)[number], text: string): Promise<boolean> {
  const { desk } = await world.open();
  const by: Actor = { name: field === 'by' ? text : 'on call', how: 'claimed' };
  const meta = { by, why: field === 'why' ? text : 'torture', ...(field === 'ticket' ? { ticket: text } : {}) };
  const part = (await desk.inbox()).items.find(({ kind }) => kind === 'part')?.id;
  try {
    if (part !== undefined) await desk.record({ kind: 'approve', part }, meta);
  } catch (error) {
    if (error instanceof DecisionRejected && hiddenIn(text) !== undefined) return false;
    throw error;
  }
  await desk.record({ kind: 'pause', target: 'group', until: new Date(world.now + 86_400_000).toISOString() }, meta);
  await world.drain();
  await run(world);
  return true;
}

interface Answered {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

async function answersOf(world: World): Promise<Answered[]> {
  const product = productOf(world);
  const everyone = principal('reader', 'operator', 'approver', 'feed');
  const { service } = await world.open();
  const [newest] = await service.runs(1);
  const ids: Readonly<Record<string, string>> = { plans: `${newest?.run}/build`, 'atom-list': 'acr' };
  const answers: Answered[] = [];
  for (const [name, accept] of documents) {
    const route = routes.find((row) => row.name === name && row.methods.some((method) => method === 'GET'));
    if (route === undefined) throw new Error(`expected a route ${name}`);
    const headers = { ...everyone, accept };
    const asked = request('GET', `/api/${route.path}`, { headers, params: { id: ids[name] ?? 'build' } });
    answers.push(answered(name, await handle(route, asked, invocation().context, product)));
  }
  for (const view of [...views, `/runs/${newest?.run}`, `/plans/${newest?.run}/build`]) {
    const query = Object.fromEntries(new URL(view, 'http://localhost').searchParams);
    const asked = request('GET', `/ui${view}`, { headers: everyone, query });
    answers.push(answered(`page ${view}`, await handle(pageRoute, asked, invocation().context, product)));
  }
  return answers;
}

function answered(name: string, { headers, body, jsonBody }: HttpResponseInit): Answered {
  const type = new Headers(headers).get('content-type') ?? (jsonBody === undefined ? '' : 'application/json');
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : String(body ?? '');
  return { name, type, text: jsonBody === undefined ? text : JSON.stringify(jsonBody) };
}

function faultsIn(name: string, type: string, text: string, given: string): string[] {
  const faults: string[] = [];
  const hidden = hiddenIn(text);
  // JSON escapes what no one sees below U+0020, and clients get the text that was given.
  if (hidden !== undefined && !type.startsWith('application/json')) faults.push(`${name} has ${hidden}`);
  const isMarkup = /html|xml/.test(type);
  if (isMarkup && given.includes('<') && text.includes(given)) faults.push(`${name} has it as markup`);
  if (isMarkup && /href="javascript:/i.test(text)) faults.push(`${name} has a link that is a script`);
  if (type.startsWith('text/csv')) faults.push(...formulasIn(name, text));
  if (type.startsWith('text/markdown') && /^[^`\n]*<(?:script|img)/im.test(text)) faults.push(`${name} has markup`);
  return faults;
}

/** A spreadsheet takes a cell that begins so for a formula, in quotes or not. */
function formulasIn(name: string, text: string): string[] {
  const cells = text.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^",\n]*)/gm) ?? [];
  const formula = cells.find((cell) => /^"?[=+@\t\r-]/.test(cell));
  return formula === undefined ? [] : [`${name} has the cell ${formula}`];
}

function secretsIn(world: World, answers: readonly Answered[]): string[] {
  const stored = storedIn(world).map(({ place, row, bytes }) => ({
    name: place,
    text: row === undefined ? Buffer.from(bytes ?? []).toString('latin1') : JSON.stringify(row),
  }));
  const told = world.told.map((message) => ({ name: 'a notice', text: JSON.stringify(message) }));
  return [...answers, ...stored, ...told].flatMap(({ name, text }) =>
    secrets.some((secret) => text.includes(secret)) ? [`${name} has a secret`] : [],
  );
}
