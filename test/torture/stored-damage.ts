import { messageOf } from '../../src/core/errors.ts';
import { StoredFormatError } from '../../src/ports/store.ts';
import { SchemaError } from '../../src/store/schema.ts';
import { dayMs, type World } from '../histories/world/world.ts';
import { type Damage, damage, damages, restore, type Stored, storedIn } from './damages.ts';
import { filledInstance, run, type Stage, stages } from './filled-instance.ts';
import { badText } from './messages.ts';
import { type Part, seedOf } from './part.ts';

const outside = ['group', 'build', 'hub'] as const;

interface Case {
  readonly stage: Stage;
  /** Its place in what storedIn() gives: names differ from one instance to the next. */
  readonly index: number;
  readonly kind: string;
  readonly how: Damage;
}

/** What is to be seen of an instance after two runs and what the timer does between them. */
interface Seen {
  /** Entries of each target outside, before and after. */
  readonly before: Readonly<Record<string, readonly string[]>>;
  readonly after: Readonly<Record<string, readonly string[]>>;
  /** Errors by what was asked. */
  readonly errors: ReadonlyMap<string, unknown>;
  /** Everything that a person is told or shown, as one text. */
  readonly shown: string;
  /** The newest run, where it did not end in days. */
  readonly unended: string | undefined;
}

/** Everything that an instance stores, damaged one at a time, and what becomes of runs and answers. */
export const storedDamage: Part = {
  name: 'stored-damage',
  about:
    'each row and blob cut, emptied, unsealed, of a newer version or deleted: said by name, and nothing else is written',
  unit: 'damages',
  cases: { short: 12, long: 100_000 },
  async open({ seed, form }) {
    const cases = shuffled(await allCases(), seed);
    // A short look takes one of each kind of thing before a second one.
    const chosen = form === 'short' ? oneOfEach(cases) : cases;
    const sound = new Map<Stage, Seen>();
    const kinds = new Set<string>();
    let without = 0;
    return {
      cases: chosen.length,
      async play(number) {
        const one = chosen[number];
        if (one === undefined) return [];
        const expected = sound.get(one.stage) ?? (await look(await filledInstance(one.stage)));
        sound.set(one.stage, expected);
        const world = await filledInstance(one.stage);
        const stored = storedIn(world)[one.index];
        if (stored === undefined || !(await damage(world, stored, one.how))) {
          without += 1;
          return [];
        }
        kinds.add(one.kind);
        const seen = await look(world);
        const where = `${stored.kind} ${one.how} (${one.stage}; ${stored.place})`;
        const problems = [...problemsOf(seen, expected, stored, one.how), ...(await healed(world, stored, seen))];
        return problems.map((text) => ({ text: `${where}: ${text}` }));
      },
      counts: () => ({ 'kinds of things': kinds.size, 'of no effect': without }),
    };
  },
};

async function allCases(): Promise<Case[]> {
  const cases: Case[] = [];
  for (const stage of stages) {
    for (const [index, { kind }] of storedIn(await filledInstance(stage)).entries()) {
      for (const how of damages) cases.push({ stage, index, kind, how });
    }
  }
  return cases;
}

function shuffled(cases: readonly Case[], seed: number): Case[] {
  return cases
    .map((one, index) => ({ one, at: seedOf(seed, index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

function oneOfEach(cases: readonly Case[]): Case[] {
  const kinds = new Set<string>();
  return cases.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
}

async function look(world: World): Promise<Seen> {
  const before = livesOf(world);
  const told = world.told.length;
  const errors = new Map<string, unknown>();
  const shown: string[] = [];
  const ask = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      shown.push(JSON.stringify((await act()) ?? null));
    } catch (error) {
      errors.set(name, error);
      shown.push(messageOf(error));
    }
  };
  await ask('what was under way', () => world.drain());
  await ask('a run', () => run(world));
  await ask('the timer', () => world.keepHouse());
  await ask('a second run', () => run(world));
  // What a run that was cut off leaves is taken up by the timer, once it has been silent for long.
  for (let day = 1; day <= 2; day++) {
    world.step(dayMs);
    await ask(`the timer after ${day} days`, () => world.keepHouse());
    await ask('what follows from it', () => world.drain());
  }
  await ask('a run after that', () => run(world));
  const { desk, service } = await world.open();
  const [newest] = await service.runs(1).catch(() => []);
  const isOpen = newest !== undefined && ['running', 'queued'].includes(newest.status);
  await ask('status', () => desk.status());
  await ask('inbox', () => desk.inbox());
  await ask('holds', () => desk.holds());
  await ask('runs', () => service.runs(20));
  for (const { run: id } of await service.runs(20).catch(() => [])) await ask(`run ${id}`, () => desk.run(id));
  await ask('changes', () => desk.changes({ most: 50 }));
  await ask('publications', () => desk.publications());
  await ask('the newest publication', () => desk.publication('latest'));
  await ask('tags', () => desk.tags());
  await ask('the history of a tag', () => desk.tagHistory('Storage.WestUS', {}));
  await ask('a list', () => desk.list('both'));
  await ask('why', () => desk.why({ address: '20.0.0.5' }));
  await ask('why then', () => desk.why({ address: '20.0.0.5', at: '2026-01-20' }));
  await ask('a preview', () => desk.preview({ kind: 'run' }));
  await ask('health', () => service.health());
  shown.push(...world.told.slice(told).map((message) => JSON.stringify(message)));
  return { before, after: livesOf(world), errors, shown: shown.join('\n'), unended: isOpen ? newest.run : undefined };
}

function livesOf(world: World): Record<string, string[]> {
  return Object.fromEntries(
    outside.map((id) => {
      const resource = world.resource(id);
      return [id, resource.keys().flatMap((key) => resource.unit(key)?.entries ?? [])];
    }),
  );
}

function problemsOf(seen: Seen, sound: Seen, stored: Stored, how: Damage): string[] {
  return [
    ...[...seen.errors].flatMap(([asked, error]) => badlyThrown(asked, error, stored)),
    ...writtenBeside(seen, sound, stored),
    ...unsaid(seen, sound, stored, how),
    ...(seen.unended !== undefined && !seen.shown.includes(stored.place) ? [`run ${seen.unended} never ends`] : []),
    ...(badText(seen.shown) === undefined ? [] : ['an answer shows the inside of the program']),
  ];
}

/** An error that people get is one of the service's own, and says where. */
function badlyThrown(asked: string, error: unknown, { place }: Stored): string[] {
  const isOwn = error instanceof StoredFormatError || error instanceof SchemaError;
  if (isOwn && messageOf(error).includes(place)) return [];
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 3).join(' ').trim() : '';
  return [`${asked} ended with an error that does not say where: ${messageOf(error)} ${stack}`];
}

/** Writes that an undisturbed service would not make. A decision that cannot be read counts for nothing (docs/runbook.md). */
function writtenBeside(seen: Seen, sound: Seen, { kind }: Stored): string[] {
  if (kind.startsWith('row words')) return [];
  return outside.flatMap((id) => {
    const [before, after, wanted] = [seen.before[id] ?? [], seen.after[id] ?? [], sound.after[id] ?? []];
    const added = after.filter((entry) => !before.includes(entry) && !wanted.includes(entry));
    const removed = before.filter((entry) => !after.includes(entry) && wanted.includes(entry));
    return [
      ...(added.length > 0 ? [`${id} got ${added.join(', ')}`] : []),
      ...(removed.length > 0 ? [`${id} lost ${removed.join(', ')}`] : []),
    ];
  });
}

/** A target that is not written as it would be is explained by the name of what is damaged. */
function unsaid(seen: Seen, sound: Seen, { place, kind }: Stored, how: Damage): string[] {
  if (how === 'deleted' || kind.startsWith('row words')) return [];
  const isSame = JSON.stringify(seen.after) === JSON.stringify(sound.after);
  return isSame || seen.shown.includes(place) ? [] : ['a target is not written, and nothing names what is damaged'];
}

/** With what was damaged back in its place, the service goes on, and the second run writes nothing. */
async function healed(world: World, stored: Stored, { errors }: Seen): Promise<string[]> {
  if (!errors.has('a run') && !errors.has('a second run')) return [];
  await restore(world, stored);
  await run(world);
  const writes = () => outside.reduce((sum, id) => sum + world.resource(id).writes, 0);
  const first = writes();
  await run(world);
  const { lastRun } = await (await world.open()).desk.status();
  return [
    ...(writes() > first ? ['put back, and the second run after that writes again'] : []),
    ...(lastRun?.status === 'failed' ? ['put back, and runs still fail'] : []),
  ];
}
