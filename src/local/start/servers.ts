import type { Config } from '../../config/config.ts';
import { UsageError } from '../../core/errors.ts';
import { startSimulatedArm } from '../../simulator/arm/server.ts';
import { startAzurite } from '../azurite.ts';
import { keepLoopbackDirect } from '../loopback.ts';
import type { DataFolder } from './data-folder.ts';
import { seedsFor } from './seeds.ts';

/** Storage and ARM, ours or somebody else's. */
export interface Servers {
  readonly storage: string;
  readonly arm: string;
  /** Both were started here, for this service alone: made-up data may reach them. */
  readonly embedded: boolean;
  /** Gives a simulated ARM that was named what the config's targets need and does not have yet; a real one is left alone. */
  seedNamed(): Promise<void>;
  /** Keeps the resources of our own ARM in the data folder. */
  save(): Promise<void>;
  close(): Promise<void>;
}

type Resources = Readonly<Record<string, unknown>>;

/**
 * Starts the storage emulator and the simulated ARM, or uses those that were named. Our own ARM is given what the config's
 * targets need and does not have yet; nothing is written to a named one. Throws UsageError if a named ARM does not answer.
 */
export async function startServers(
  named: { readonly arm?: string; readonly storage?: string },
  folder: DataFolder,
  config: Config,
): Promise<Servers> {
  keepLoopbackDirect();
  const azurite =
    named.storage === undefined
      ? await startAzurite(folder.kept ? { location: `${folder.path}/storage` } : {})
      : undefined;
  const own = named.arm === undefined ? await startSimulatedArm() : undefined;
  const arm = (own?.url ?? named.arm ?? '').replace(/\/+$/, '');
  const close = async (): Promise<void> => {
    await Promise.all([azurite?.close(), own?.close()]);
  };
  try {
    if (own === undefined) await resourcesOf(arm);
    else {
      await put(arm, (await folder.readArm()) ?? {});
      await seedMissing(arm, seedsFor(config));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    storage: azurite?.connectionString ?? named.storage ?? '',
    arm,
    embedded: azurite !== undefined && own !== undefined,
    async seedNamed() {
      if (own === undefined) await seedMissing(arm, seedsFor(config));
    },
    async save() {
      if (own === undefined || !folder.kept) return;
      const resources = await resourcesOf(arm);
      if (resources !== undefined) await folder.saveArm(resources);
    },
    close,
  };
}

/** Only a simulated ARM has `/-/`; a real one is left alone. */
async function seedMissing(arm: string, seeds: Resources): Promise<void> {
  const present = await resourcesOf(arm);
  if (present === undefined) return;
  const known = new Set(Object.keys(present).map((id) => id.toLowerCase()));
  await put(arm, Object.fromEntries(Object.entries(seeds).filter(([id]) => !known.has(id.toLowerCase()))));
}

async function resourcesOf(arm: string): Promise<Resources | undefined> {
  let response: Response;
  try {
    response = await fetch(`${arm}/-/resources`, { signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    const cause = error instanceof TypeError ? error.cause : undefined;
    if (!timedOut && !(cause instanceof Error)) throw error;
    throw new UsageError(
      `Nothing answers at ${arm} (${String(cause ?? error)}). Correct --arm, or start that server first.`,
    );
  }
  if (response.ok) return (await response.json()) as Resources;
  await response.body?.cancel();
  return undefined;
}

async function put(arm: string, resources: Resources): Promise<void> {
  const body = JSON.stringify(resources);
  const response = await fetch(`${arm}/-/resources`, { method: 'PUT', body });
  if (!response.ok) throw new Error(`The simulated ARM at ${arm} refused its resources: ${await response.text()}`);
}
