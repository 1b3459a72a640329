import { knownKinds } from '../../src/config/load.ts';
import { type LoadedConfig, parseConfig } from '../../src/config/parse.ts';
import type { Places } from '../../src/messages/links.ts';
import { placesOf } from '../../src/run/notice-places.ts';

/** The definitions of a config's targets, by id, as a context has them. */
export function definitionsOf({ config }: Pick<LoadedConfig, 'config'>) {
  return new Map(
    Object.entries(config.targets).flatMap(([id, { kind }]) =>
      knownKinds.targets.filter((one) => one.kind === kind).map((definition) => [id, { definition }] as const),
    ),
  );
}

/** A config of 2024, and where notices of its service lead; `ownUrl` as the platform says it. */
export function placesFor(config: object, ownUrl?: string): { config: LoadedConfig['config']; places: Places } {
  const loaded = parseConfig(JSON.stringify({ schema: 1, instance: 'contoso', cloud: 'Public', ...config }), {
    file: 'config',
    kinds: knownKinds,
    now: new Date('2024-01-01'),
  });
  const places = placesOf({ loaded, targets: definitionsOf(loaded), ...(ownUrl === undefined ? {} : { ownUrl }) });
  return { config: loaded.config, places };
}
