import fc from 'fast-check';
import { messageOf } from '../../src/core/errors.ts';
import { isObject } from '../../src/core/json.ts';
import {
  handleDeliveryMessage,
  handleLaneMessage,
  handlePoisonedLane,
  handleRunMessage,
} from '../../src/queues/messages.ts';
import type { World } from '../histories/world/world.ts';
import { filledInstance, run } from './filled-instance.ts';
import { drawn, editedBy, mutant } from './json-mutant.ts';
import { badText } from './messages.ts';
import { type Part, seedOf } from './part.ts';

/** Messages of one case, before the one run that has to come out as if there had been none. */
const perCase = 20;
const outside = ['group', 'build', 'hub'] as const;
const queues = ['runs', 'lanes', 'poisoned lanes', 'deliveries'] as const;

/** Messages that no service sent, to an instance that has a run under way. */
export const queueMessages: Part = {
  name: 'queue-messages',
  about: 'mutants of queue messages are refused by what is wrong with them, or change nothing that a run would not',
  unit: 'instances',
  cases: { short: 3, long: 500 },
  async open({ seed }) {
    const counts = { messages: 0, refused: 0, taken: 0 };
    let wanted: string | undefined;
    return {
      async play(index) {
        wanted ??= await outcomeOf(await filledInstance('planned'));
        const world = await filledInstance('planned');
        const sound = await soundMessages(world);
        const all = fc.tuple(fc.constantFrom(...queues), fc.constantFrom(...sound), fc.option(mutant, { freq: 4 }));
        const problems: string[] = [];
        for (let number = 0; number < perCase; number++) {
          const [queue, message, edits] = drawn(all, seedOf(seed, index * perCase + number));
          const sent = edits === null ? message : editedBy(edits, message);
          if (isForOthers(sent)) continue;
          const refused = await refusalOf(world, queue, sent);
          counts.messages += 1;
          counts[refused === undefined ? 'taken' : 'refused'] += 1;
          const why = refused === undefined ? undefined : badlyRefused(refused);
          if (why !== undefined) problems.push(`${JSON.stringify(sent)?.slice(0, 300)} to ${queue}: ${why}`);
        }
        const after = await outcomeOf(world);
        if (after !== wanted) problems.push(`targets are ${after}, and without these messages ${wanted}`);
        return problems.map((text) => ({ text }));
      },
      counts: () => counts,
    };
  },
};

/** Those are put back for whom they are for: test/scenarios/shared-queues.test.ts. */
function isForOthers(message: unknown): boolean {
  return isObject(message) && typeof message.for === 'string' && message.for !== 'hub/Public';
}

async function soundMessages(world: World): Promise<readonly object[]> {
  const { service } = await world.open();
  const [newest] = await service.runs(1);
  const id = newest?.run ?? 'r-1';
  const lane = 'ip-group:00000000-0000-0000-0000-000000000001:rg-network';
  return [
    { schema: 1, run: id, trigger: 'http', targets: ['group'], for: 'hub/Public' },
    { schema: 1, run: 'another', trigger: 'timer' },
    { schema: 1, run: id, lane, generation: 9, for: 'hub/Public', returned: 1 },
    { schema: 1, run: 'another', lane, generation: 1 },
    { schema: 1, channel: 'told', for: 'hub/Public' },
    { schema: 1, channel: 'nobody' },
  ];
}

async function refusalOf(world: World, queue: (typeof queues)[number], message: unknown): Promise<unknown> {
  const { service } = await world.open();
  try {
    if (queue === 'runs') await handleRunMessage(service, message);
    else if (queue === 'lanes') await handleLaneMessage(service, message, 1);
    else if (queue === 'poisoned lanes') await handlePoisonedLane(service, message);
    else await handleDeliveryMessage(service, message);
    return undefined;
  } catch (error) {
    return error;
  }
}

function badlyRefused(error: unknown): string | undefined {
  const text = messageOf(error);
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
    return `${error.stack}`;
  return badText(text) ?? (text.trim() === '' ? 'is refused without a word' : undefined);
}

/** What targets hold once everything is worked off, and after one run more. */
async function outcomeOf(world: World): Promise<string> {
  await world.drain();
  await world.keepHouse();
  await world.drain();
  await run(world);
  return JSON.stringify(
    outside.map((id) => {
      const resource = world.resource(id);
      return resource.keys().map((key) => resource.unit(key)?.entries);
    }),
  );
}
