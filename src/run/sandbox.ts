import type { Fetched, Source } from '../ports/source.ts';
import { SourceError } from '../ports/source.ts';
import type { RunContext } from './context.ts';
import { RequestError, type Service } from './service.ts';
import type { Settings } from './settings.ts';

/** What the provenance of a made-up publication says. */
export const madeUp = 'sample';

/** Thrown where made-up state meets an ARM or a storage account that is not embedded. */
export class MadeUpError extends Error {
  override name = 'MadeUpError';
}

const next =
  'Made-up ranges stay in the simulated Azure and the embedded storage of one `npm start`. Next: start with empty state (another folder, storage account or instance) and a source of real publications.';

/** Whether the runs of these settings are over made-up publications. */
export function isMadeUp({ publication }: Pick<Settings, 'publication'>, source: { readonly kind: string }): boolean {
  return (publication?.via ?? source.kind) === madeUp;
}

/**
 * Refuses made-up publications, and state that came from them, wherever ARM or storage is not embedded: as a source that
 * leads to nothing, and as a ledger that cannot be read. In the sandbox notices of made-up changes go to the log alone.
 */
export function confineMadeUp(context: RunContext, settings: Settings): RunContext {
  const reconfigured = (text: string) => ({ ...context.reconfigured(text), ...confinedReads(context, settings) });
  const confined = { ...context, ...confinedReads(context, settings), reconfigured };
  if (!settings.sandbox || !isMadeUp(settings, context.loaded.config.source)) return confined;
  return { ...confined, channels: new Map([...context.channels].filter(([, { kind }]) => kind === 'log')) };
}

function confinedReads(
  { loaded, source, ledgers }: RunContext,
  settings: Settings,
): Pick<RunContext, 'source' | 'ledgers'> {
  if (settings.sandbox) return { source, ledgers };
  return {
    source: isMadeUp(settings, loaded.config.source) ? async () => refusedSource : source,
    ledgers: {
      async current() {
        const current = await ledgers.current();
        refuse(current?.ledger.accepted?.provenance.via, 'the state here');
        return current;
      },
      async get(name) {
        const ledger = await ledgers.get(name);
        refuse(ledger?.accepted?.provenance.via, 'the state here');
        return ledger;
      },
      at: (moment) => ledgers.at(moment),
      inForceAfter: (name) => ledgers.inForceAfter(name),
      put: (name, ledger, announced) => ledgers.put(name, ledger, announced),
      putInForce: (name, expected, since) => ledgers.putInForce(name, expected, since),
    },
  };
}

/** The service over confined parts: a run is refused when it is asked for, and a recorded one before it is worked on. */
export function confineService(service: Service, context: RunContext, { sandbox }: Settings): Service {
  if (sandbox) return service;
  const refused = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      await context.ledgers.current();
      return await ask();
    } catch (error) {
      throw error instanceof MadeUpError ? new RequestError(error.message) : error;
    }
  };
  return {
    ...service,
    requestRun: (request) => refused(() => service.requestRun(request)),
    dryRun: (request) => refused(() => service.dryRun(request)),
    async workLane(message) {
      const record = await context.runs.get(message.run, () => []);
      refuse(record?.intent.publication?.provenance.via, `run ${message.run}`);
      await service.workLane(message);
    },
  };
}

function refuse(via: string | undefined, what: string): void {
  if (via !== madeUp) return;
  throw new MadeUpError(
    `${what} came from the sample, which is made up, and this Azure Resource Manager or storage account is not embedded: nothing is planned or written. ${next}`,
  );
}

const refusedSource: Source = {
  async *candidates() {
    yield await refusedFile();
  },
};

async function refusedFile(): Promise<Fetched> {
  throw new SourceError(
    `The source is the sample, which is made up, and this Azure Resource Manager or storage account is not embedded. ${next}`,
  );
}
