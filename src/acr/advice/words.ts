import type { RegistrySettings } from '../../core/registry.ts';
import type { AdvisedList, AdvisedRegistry } from './advice.ts';

/** `az acr update` of one registry, with the given change. */
export function azUpdate(settings: RegistrySettings, change: string): string {
  return `az acr update ${azOf(settings)} ${change}`;
}

/** The arguments that name one registry beyond doubt. */
export function azOf({ name, resourceGroup, subscriptionId }: RegistrySettings): string {
  return `--name ${name} --resource-group ${resourceGroup} --subscription ${subscriptionId}`;
}

/** Tags of a registry's image layers that a list holds, however it came by them. */
export function layersIn(list: AdvisedList, { tags }: AdvisedRegistry): string[] {
  return Object.values(tags.layers).filter((tag) => list.tags.includes(tag));
}

/** Whether a list lets clients out to any of a registry's regions. */
export function reaches(list: AdvisedList, { tags }: AdvisedRegistry): boolean {
  return [...Object.values(tags.layers), ...Object.values(tags.login)].some((tag) => list.tags.includes(tag));
}
