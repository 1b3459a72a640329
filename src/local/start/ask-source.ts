import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import { knownKinds } from '../../config/load.ts';
import { firstCandidate, SourceError } from '../../ports/source.ts';
import { downloadCentre } from '../../sources/download-centre.ts';
import type { DownloadCentreConfig } from '../../sources/download-schema.ts';

/** Offline, with nothing to lose, nobody waits four minutes: one attempt each, and a file may take half of the time. */
const brief = { attempts: 1, attemptSeconds: 30, totalSeconds: 60 };

/** Whether the config leaves it to the product where publications come from: the download centre, as it is by default. */
export function isDefaultSource({ source: { kind, settings } }: Config): boolean {
  return kind === downloadCentre.kind && isDeepStrictEqual(settings, downloadCentre.schema.parse({}));
}

/**
 * Asks the config's source as a run would, until one way leads to a file. Gives what each way answered if none does,
 * nothing if one did. `briefly`: once per way, and soon.
 */
export async function whyNothing(
  { cloud, source: { kind, settings } }: Config,
  { signal, briefly }: { readonly signal: AbortSignal; readonly briefly: boolean },
): Promise<readonly string[] | undefined> {
  const definition = knownKinds.sources.find((one) => one.kind === kind);
  if (!definition) throw new Error(`the source is of kind ${kind}, which this version does not know`);
  const own = briefly && kind === downloadCentre.kind ? { ...(settings as DownloadCentreConfig), ...brief } : settings;
  try {
    await firstCandidate(await definition.open(own, { cloud, now: () => new Date() }), signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // Of a way over the network each miss names its address; a path stands in the message alone.
    return kind === downloadCentre.kind && error.tried.length > 0 ? error.tried : [error.message];
  }
}
