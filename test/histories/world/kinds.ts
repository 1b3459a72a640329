import * as z from 'zod';
import { knownKinds } from '../../../src/config/load.ts';
import type { Kinds } from '../../../src/config/schema.ts';
import type { Message, NotifierDefinition } from '../../../src/ports/notifier.ts';
import { type Fetched, type SourceDefinition, SourceError } from '../../../src/ports/source.ts';
import type { TargetDefinition } from '../../../src/ports/target.ts';
import type { Line } from '../storage/line.ts';
import { MemoryTarget } from './memory-target.ts';
import type { Resource } from './resource.ts';

/** What lies outside the service, as far as its adapters reach. */
export interface Outside {
  readonly line: Line;
  resource(target: string): Resource;
  /** What the source has; nothing: it cannot be reached. */
  readonly offered: Fetched | undefined;
  receive(message: Message): void;
}

/** The one that is played in now: kinds are known by more than one history, as they are in life. */
let outside: Outside | undefined;

export function playIn(next: Outside): void {
  outside = next;
}

function around(): Outside {
  if (outside === undefined) throw new Error('no history is played');
  return outside;
}

/** Every kind of target with its own definition, over resources in memory; feeds are in the store, and stay as they are. */
const targets = knownKinds.targets.map((definition): TargetDefinition => {
  if (definition.kind === 'feed' || definition.kind === 'feed-names') return definition;
  return {
    ...definition,
    async open(config, { mark }) {
      const world = around();
      const resource = world.resource(mark.slice(mark.indexOf('/') + 1));
      return new MemoryTarget(resource, definition.layout(config), mark, world.line);
    },
  };
});

const source: SourceDefinition = {
  kind: 'memory',
  summary: 'What the history offers.',
  schema: z.strictObject({}),
  async open() {
    return {
      async *candidates() {
        const { offered } = around();
        if (offered === undefined) throw new SourceError('The source cannot be reached.', ['nothing is there']);
        yield offered;
      },
    };
  },
};

const channel: NotifierDefinition = {
  kind: 'memory',
  summary: 'A list of what was told.',
  schema: z.strictObject({}),
  async open() {
    return {
      async send(message) {
        const world = around();
        await world.line.pass(() => world.receive(message));
      },
    };
  },
};

export const kinds: Kinds = { targets, sources: [source], notifiers: [channel] };
