import path from 'node:path';
import type { Command } from 'commander';
import { readConnection } from '../local/start/connection.ts';
import type { Desk } from '../run/desk.ts';
import { logLine } from '../run/log.ts';

/** Where the service is that a command is about. */
export interface Place {
  readonly data?: string;
  readonly config?: string;
  readonly storage?: string;
  readonly arm?: string;
  readonly verbose?: boolean;
}

/** Gives a command the options by which openDesk() finds the service. */
export function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', 'the local service that is up over this folder (npm start -- --data DIR)')
    .option('--config <file>', 'its config (default: SERVICE_TAG_SYNC_CONFIG, else ./service-tag-sync.json)')
    .option('--storage <connection>', 'its storage account (default: AzureWebJobsStorage)')
    .option('--arm <url>', 'its Resource Manager (default: SERVICE_TAG_SYNC_ARM, else that of the cloud)')
    .option('--verbose', 'show on stderr what goes on', false);
}

/** Opens the desk by the settings of the environment, those of a local service over them, and options over both. */
export async function openDesk(place: Place, env: NodeJS.ProcessEnv = process.env): Promise<Desk> {
  const settings = await settingsOf(place, env);
  const { wireDesk } = await import('../run/wire.ts');
  return wireDesk(settings, place.verbose ? logLine : () => {});
}

/** The settings of a place: those of the environment, those of a local service over them, and options over both. */
export async function settingsOf(place: Place, env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const settings: NodeJS.ProcessEnv = { ...env };
  if (place.data !== undefined) Object.assign(settings, await readConnection(place.data));
  if (place.config !== undefined) {
    delete settings.SERVICE_TAG_SYNC_CONFIG_JSON;
    delete settings.SERVICE_TAG_SYNC_CONFIG_BLOB;
    settings.SERVICE_TAG_SYNC_CONFIG = path.resolve(place.config);
  }
  if (place.storage !== undefined) settings.AzureWebJobsStorage = place.storage;
  if (place.arm !== undefined) settings.SERVICE_TAG_SYNC_ARM = place.arm;
  return settings;
}
