import { quantity } from '../core/judge/arithmetic.ts';
import { messageOf } from '../core/message-of.ts';
import { beginRun } from './begin.ts';
import { deliver } from './deliver.ts';
import { workOurs } from './foreign-message.ts';
import { keepHouse } from './housekeeping.ts';
import { giveUpLane, workLane } from './lane.ts';
import type { Parts } from './parts.ts';
import { prepare } from './prepare.ts';
import { sendRun } from './send-queued.ts';
import { RequestError, type RunRequest, type Service } from './service.ts';
import { testChannels } from './test-channels.ts';
import { coveredBy, viewOfRequest, viewOfRun } from './view.ts';

/** Most that one message may work; the platform kills an invocation a little later. */
const messageMs = 9.5 * 60_000;

/** The product's operations over opened parts. */
export function makeService(parts: Parts): Service {
  const { config } = parts.loaded;
  const limit = () => AbortSignal.timeout(messageMs);
  return {
    async requestRun(request) {
      checkTargets(parts, request);
      await parts.ensure();
      const fresh = parts.newRunId();
      const { trigger, targets } = request;
      const asked = await parts.runs.request({ schema: 1, run: fresh, trigger, ...(targets ? { targets } : {}) });
      await sendRun(parts, asked);
      return { run: asked.run, status: 'queued', joined: asked.run !== fresh, targets: coveredBy(asked, config) };
    },
    async dryRun(request) {
      const asked = request.config === undefined ? parts : parts.reconfigured(request.config);
      checkTargets(asked, request);
      const { ledger, planned, outcomes, events } = await prepare(asked, request.targets, limit());
      return {
        ...(ledger.accepted ? { publication: ledger.accepted } : {}),
        plans: planned.map(({ plan }) => plan),
        outcomes,
        events,
      };
    },
    beginRun: (message) => workOurs(parts, parts.runQueue, message, () => beginRun(parts, message, limit())),
    workLane: (message) => workOurs(parts, parts.laneQueue, message, () => workLane(parts, message, limit())),
    giveUpLane: (message, reason) =>
      workOurs(parts, parts.laneQueue, message, () => giveUpLane(parts, message, reason)),
    deliver: (message) => workOurs(parts, parts.deliveryQueue, message, () => deliver(parts, message, limit())),
    testChannels: (ids) => testChannels(parts, ids, limit()),
    async keepHouse() {
      await parts.ensure();
      await keepHouse(parts);
    },
    async run(id) {
      const record = await parts.runs.get(id);
      if (record) return viewOfRun(record, config);
      const asked = (await parts.runs.queued()).find(({ run }) => run === id);
      if (asked) return viewOfRequest(asked, config);
      // It may have been recorded between the two questions.
      const recorded = await parts.runs.get(id);
      return recorded && viewOfRun(recorded, config);
    },
    async runs(most) {
      return (await parts.runs.list(most)).map((record) => viewOfRun(record, config));
    },
    readTargets() {
      return Promise.all(
        [...parts.targets.values()].map(async ({ id, definition, open }) => {
          try {
            return { id, kind: definition.kind, live: await (await open()).read(limit()) };
          } catch (error) {
            return { id, kind: definition.kind, error: messageOf(error) };
          }
        }),
      );
    },
    async knowsPublication(digest) {
      return (await parts.publications.get(digest)) !== undefined;
    },
    async health() {
      const { refusedConfig } = parts;
      const checks = [
        refusedConfig
          ? { name: 'config', ok: false, text: `${refusedConfig.from} is refused, the last good config stays in force` }
          : {
              name: 'config',
              ok: true,
              text: `instance ${config.instance}, ${quantity(parts.targets.size, 'target')}`,
            },
      ];
      try {
        const current = await parts.ledgers.current();
        const text = current?.ledger.accepted
          ? `publication ${current.ledger.accepted.changeNumber} is in force`
          : 'no publication yet';
        checks.push({ name: 'storage', ok: true, text });
      } catch (error) {
        checks.push({ name: 'storage', ok: false, text: messageOf(error) });
      }
      return { ok: checks.every(({ ok }) => ok), checks };
    },
  };
}

function checkTargets(parts: Parts, { targets }: RunRequest): void {
  const unknown = targets?.filter((id) => !parts.targets.has(id)) ?? [];
  if (unknown.length > 0) {
    throw new RequestError(
      `expected target ids out of ${[...parts.targets.keys()].join(', ')}; got ${unknown.map((id) => JSON.stringify(id)).join(', ')}`,
    );
  }
}
