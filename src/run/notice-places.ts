import { armCloud } from '../azure/arm/clouds.ts';
import type { Places } from '../messages/links.ts';
import { firewallsOf } from './affected.ts';
import type { NoticeContext } from './context.ts';

/** Where the notices of this service lead: by its config, else by the address that the platform gave the app. */
export function placesOf(context: Pick<NoticeContext, 'loaded' | 'targets' | 'ownUrl'>): Places {
  const { config } = context.loaded;
  const page = config.links?.page ?? context.ownUrl;
  const runbook = config.links?.runbook;
  return {
    ...(page === undefined ? {} : { page }),
    ...(runbook === undefined ? {} : { runbook }),
    portal: armCloud(config.cloud).portal,
    targets: Object.fromEntries(
      Object.entries(config.targets).map(([id, { kind, settings }]) => {
        const resource = context.targets.get(id)?.definition.resource?.(settings);
        return [
          id,
          { kind, firewalls: firewallsOf(context, config, id), ...(resource === undefined ? {} : { resource }) },
        ];
      }),
    ),
    registries: Object.fromEntries(
      Object.entries(config.registries).flatMap(([name, { resourceId }]) =>
        resourceId === undefined ? [] : [[name, resourceId]],
      ),
    ),
  };
}
