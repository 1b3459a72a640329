import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { inForceText } from '../messages/publication.ts';
import { type Addressed, addressOf } from '../ports/queues.ts';
import type { PlanContext, RunContext } from './context.ts';
import { deliver } from './deliver.ts';
import { announce } from './enqueue-notices.ts';
import { runMaintenance } from './maintain.ts';
import { planRun } from './plan.ts';
import { sendRun } from './send-runs.ts';
import { RequestError, type RunRequest, type Service } from './service.ts';
import { startRun } from './start.ts';
import { testChannels } from './test-channels.ts';
import { coveredBy, viewOfRequest, viewOfRun } from './view.ts';
import { giveUpLane, workLane } from './work-lane.ts';

/** Most that one message may work; the platform kills an invocation a little later. */
const messageMs = 9.5 * 60_000;

/** The product's operations over opened parts. */
export function makeService(context: RunContext): Service {
  const { config } = context.loaded;
  const limit = () => AbortSignal.timeout(messageMs);
  return {
    async requestRun(request) {
      checkTargets(context, request);
      const fresh = context.newRunId();
      const { trigger, targets, by } = request;
      const asked = await context.runs.request({
        schema: 1,
        run: fresh,
        trigger,
        ...(targets ? { targets } : {}),
        ...(by ? { by: [by] } : {}),
      });
      await sendRun(context, asked);
      return { run: asked.run, status: 'queued', joined: asked.run !== fresh, targets: coveredBy(asked, config) };
    },
    async dryRun(request) {
      const asked: PlanContext = request.config === undefined ? context : context.reconfigured(request.config);
      checkTargets(asked, request);
      const { ledger, planned, outcomes, events } = await planRun(asked, request.targets, limit());
      return {
        ...(ledger.accepted ? { publication: ledger.accepted } : {}),
        plans: planned.map(({ plan }) => plan),
        outcomes,
        events,
      };
    },
    startRun: (message) => workOurs(context, context.runQueue, message, () => startRun(context, message, limit())),
    workLane: (message) => workOurs(context, context.laneQueue, message, () => workLane(context, message, limit())),
    giveUpLane: (message, reason) =>
      workOurs(context, context.laneQueue, message, () => giveUpLane(context, message, reason)),
    deliver: (message) => workOurs(context, context.deliveryQueue, message, () => deliver(context, message, limit())),
    testChannels: (ids) => testChannels(context, ids, limit()),
    async runMaintenance() {
      await runMaintenance(context);
    },
    async run(id) {
      const record = await context.runs.get(id);
      if (record) return viewOfRun(record, config);
      const asked = (await context.runs.queued()).find(({ run }) => run === id);
      if (asked) return viewOfRequest(asked, config);
      // It may have been recorded between the two questions.
      const recorded = await context.runs.get(id);
      return recorded && viewOfRun(recorded, config);
    },
    async runs(most) {
      return (await context.runs.list(most)).map((record) => viewOfRun(record, config));
    },
    readTargets() {
      return Promise.all(
        [...context.targets.values()].map(async ({ id, definition, open }) => {
          try {
            return { id, kind: definition.kind, live: await (await open()).read(limit()) };
          } catch (error) {
            return { id, kind: definition.kind, error: messageOf(error) };
          }
        }),
      );
    },
    async knowsPublication(digest) {
      return (await context.publications.get(digest)) !== undefined;
    },
    async health() {
      const { refusedConfig } = context;
      const checks = [
        refusedConfig
          ? { name: 'config', ok: false, text: `${refusedConfig.from} is refused, the last good config stays in force` }
          : {
              name: 'config',
              ok: true,
              text: `instance ${config.instance}, ${quantity(context.targets.size, 'target')}`,
            },
      ];
      const faults = context.secretFaults();
      checks.push({
        name: 'secrets',
        ok: faults.length === 0,
        text: faults.length === 0 ? 'every secret of the config is set' : faults.join('; '),
      });
      try {
        const current = await context.ledgers.current();
        const accepted = current?.ledger.accepted;
        const text = accepted ? inForceText(accepted) : 'no publication yet';
        checks.push({ name: 'storage', ok: true, text });
      } catch (error) {
        checks.push({ name: 'storage', ok: false, text: messageOf(error) });
      }
      return { ok: checks.every(({ ok }) => ok), checks };
    },
  };
}

function checkTargets(context: Pick<PlanContext, 'targets'>, { targets }: RunRequest): void {
  const unknown = targets?.filter((id) => !context.targets.has(id)) ?? [];
  if (unknown.length > 0) {
    throw new RequestError(
      `expected target ids out of ${[...context.targets.keys()].join(', ')}; got ${unknown.map((id) => JSON.stringify(id)).join(', ')}`,
    );
  }
}

/** How long a message that was put back stays invisible, so that its own service finds it first. */
const returnSeconds = 30;
/** After that no other service seems to take it: it goes to the poison queue, which has an alert. */
const maxReturns = 20;

/** Thrown for a message of another service that was put back again and again. */
class ForeignMessageError extends Error {
  override name = 'ForeignMessageError';
}

/**
 * Works on a message that is for this instance and cloud, or names none (an older version sent it). One of another
 * service is never worked on: it is put back for that one, and the channels get one notice for each such service.
 */
async function workOurs<M extends Addressed>(
  context: RunContext,
  queue: { send(message: M, delaySeconds?: number): Promise<void> },
  message: M,
  work: () => Promise<void>,
): Promise<void> {
  const own = addressOf(context.loaded.config);
  const { for: other, returned = 0 } = message;
  if (other === undefined || other === own) return work();
  context.log('a message of another service is in our queue: two apps have the same SERVICE_TAG_SYNC_QUEUES', {
    own,
    other,
    returned,
  });
  if (returned >= maxReturns) {
    throw new ForeignMessageError(
      `expected a message for ${own}, got one for ${other}, put back ${returned} times: give each app on this storage account a SERVICE_TAG_SYNC_QUEUES of its own; if ${other} no longer exists, delete the message`,
    );
  }
  await queue.send({ ...message, returned: returned + 1 }, returnSeconds);
  const event = { kind: 'queues-shared', other } as const;
  await announce(context, `queues-shared-${other}`, [event], context.now().toISOString());
}
