import { keepLoopbackDirect, startAzurite } from '../local/azurite.ts';
import { exitCodeOfDryRun, reportDryRun } from '../local/start/report.ts';
import { type Place, settingsOf } from './open-operator.ts';
import { readConfigFile } from './read-config-file.ts';

/**
 * What a run would do now, from here, with whoever is signed in; nothing needs to be deployed, and nothing is written.
 * Without the storage of a service this is the plan of its very first run.
 */
export async function showDryRun({ format, ...place }: Place & { readonly format: string }): Promise<void> {
  // A config that is named must be good; the last good one would show something else than what was asked.
  if (place.config !== undefined) await readConfigFile(place.config);
  const { settings, made, close } = await withStorage(await settingsOf(place));
  try {
    const { createService } = await import('../composition-root.ts');
    if (made) process.stderr.write(veryFirst);
    const { logLine } = await import('../run/context.ts');
    const dryRun = await (await createService(settings, place.verbose ? logLine : () => {})).dryRun({
      trigger: 'start',
    });
    process.stdout.write(`${format === 'json' ? JSON.stringify(dryRun, undefined, 2) : reportDryRun(dryRun)}\n`);
    process.exitCode = exitCodeOfDryRun(dryRun);
  } finally {
    await close();
  }
}

const veryFirst =
  'No storage is named: this is the plan of a very first run, over empty state in memory. --data DIR or --storage plans for the service there.\n';

/** Settings with storage: where none is named, an empty one in memory that ends with `close`. */
export async function withStorage(
  settings: NodeJS.ProcessEnv,
): Promise<{ readonly settings: NodeJS.ProcessEnv; readonly made: boolean; close(): Promise<void> }> {
  const named = ['AzureWebJobsStorage', 'SERVICE_TAG_SYNC_STORAGE'].some(
    (name) => settings[name] || settings[`${name}__tableServiceUri`],
  );
  if (named) return { settings, made: false, close: async () => undefined };
  keepLoopbackDirect();
  const azurite = await startAzurite({});
  return {
    settings: { ...settings, AzureWebJobsStorage: azurite.connectionString },
    made: true,
    close: () => azurite.close(),
  };
}
