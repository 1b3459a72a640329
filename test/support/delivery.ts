import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import type { Leases } from '../../src/ports/store.ts';
import { configuredChannels } from '../../src/run/configured.ts';
import { type DeliverContext, deliver } from '../../src/run/deliver.ts';
import { type EnqueueContext, enqueueNotices } from '../../src/run/enqueue-notices.ts';
import type { Store } from '../../src/store/open.ts';
import { definitionsOf } from './places.ts';
import { sampleIntent } from './samples.ts';

/** A lease that is always free: what becomes of a dead holder's is tested with the leases. */
const freeLeases: Leases = {
  acquire: async () => ({ lost: new AbortController().signal, release: async () => undefined }),
};

export const hook = {
  kind: 'webhook',
  url: { $env: 'HOOK_URL' },
  signingSecret: { $env: 'HOOK_SECRET' },
} as const;

export const hookSecret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

export interface Post {
  readonly parts: EnqueueContext & DeliverContext;
  /** Moves the clock on. */
  wait(milliseconds: number): void;
  now(): Date;
  readonly logged: readonly string[];
  /** Records and closes a run with these events, at this moment. */
  closeRun(run: string, events: readonly DomainEvent[]): Promise<void>;
  /** Sweeps, then works for every channel, once. */
  work(): Promise<void>;
}

/** Outbox and channels over a real store, with a clock of their own. */
export function openPost(
  store: Store,
  channels: object,
  env: NodeJS.ProcessEnv,
  start = '2024-01-15T12:00:00.000Z',
): Post {
  let time = Date.parse(start);
  const now = () => new Date(time);
  const logged: string[] = [];
  const log = (message: string, fields?: object) => void logged.push(JSON.stringify({ message, ...fields }));
  const loaded = parseConfig(
    JSON.stringify({
      schema: 1,
      instance: 'contoso',
      cloud: 'Public',
      lists: { west: { tags: ['Storage.WestUS'] }, east: { tags: ['Storage.EastUS'] } },
      targets: {
        hub: target('west', 'hub'),
        spoke: target('east', 'spoke'),
      },
      channels,
    }),
    { file: 'config', kinds: knownKinds, now: now() },
  );
  const parts = {
    ...store,
    leases: freeLeases,
    loaded,
    targets: definitionsOf(loaded),
    channels: configuredChannels(loaded.config.channels, knownKinds, { env, log, now, answerMs: 1_500 }),
    now,
    random: () => 0.999,
    log,
  };
  return {
    parts,
    now,
    logged,
    wait: (milliseconds) => {
      time += milliseconds;
    },
    async closeRun(run, events) {
      const at = now().toISOString();
      const generation = await store.runs.nextGeneration();
      await store.runs.record(sampleIntent(run, { generation, startedAt: at, lanes: [] }), []);
      await store.runs.close(run, { status: 'applied', closedAt: at, events });
    },
    async work() {
      await enqueueNotices(parts);
      for (const channel of parts.channels.keys()) {
        await deliver(parts, { schema: 1, channel }, new AbortController().signal);
      }
    },
  };
}

function target(list: string, name: string): object {
  return {
    kind: 'ip-group',
    mode: 'sync',
    list,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'rg',
    name,
    location: 'westus',
  };
}

export const changed = (target: string, ...added: string[]): DomainEvent => ({
  kind: 'target-changed',
  target,
  added,
  removed: [],
});

export const failed = (target: string, text = 'it is locked'): DomainEvent => ({
  kind: 'target-failed',
  target,
  text,
  missing: ['20.60.0.0/24'],
});

export const lost = (hold: string, asked = true): DomainEvent => ({
  kind: 'hold-opened',
  hold,
  tag: 'Storage.WestUS',
  of: 'loss',
  changeNumber: 290,
  prefixes: ['20.60.0.0/24'],
  addresses: { ipv4: '256', ipv6: '0' },
  questions: asked ? [{ rule: 'lost-share', text: '256 of 512 are gone', next: 'answer it' }] : [],
});

export const returned = (hold: string): DomainEvent => ({
  kind: 'hold-ended',
  hold,
  tag: 'Storage.WestUS',
  of: 'loss',
  how: 'returned',
  prefixes: ['20.60.0.0/24'],
  by: 'published again',
});
