import { UsageError } from '../../core/errors.ts';
import type { Cloud } from '../../core/publication/catalog.ts';

/** Source: "Azure Container Registry endpoints" of each cloud, learn.microsoft.com. */
const domains: Readonly<Record<Cloud, string>> = {
  Public: 'azurecr.io',
  AzureGovernment: 'azurecr.us',
  China: 'azurecr.cn',
};

const idInside =
  /\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[A-Za-z0-9]{5,50}/i;

/**
 * What people have at hand for a registry, in one of two forms: its resource id (also within an address of the portal), or its
 * login server (also with `https://`, or the name alone). Throws UsageError.
 */
export function readRegistryText(text: string, cloud: Cloud): string {
  const id = idInside.exec(text)?.[0];
  if (id !== undefined) return id;
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  if (/^[a-z0-9]{5,50}$/.test(host)) return `${host}.${domains[cloud]}`;
  if (/^[a-z0-9-]+\.[a-z0-9.-]+\.[a-z]+$/.test(host)) return host;
  throw new UsageError(
    `expected a login server such as contoso.${domains[cloud]}, the name of a registry, or its resource id; got ${JSON.stringify(text)}`,
  );
}

/** A region as ARM spells it, from any spelling: `West Europe`, `WestEurope`. Throws UsageError. */
export function readRegion(text: string): string {
  const region = text.toLowerCase().replaceAll(/[\s_-]/g, '');
  if (/^[a-z]+[a-z0-9]*$/.test(region)) return region;
  throw new UsageError(`expected an Azure region such as westeurope, got ${JSON.stringify(text)}`);
}

export function readSubscription(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new UsageError(`expected a subscription id (\`az account show --query id\`), got ${JSON.stringify(text)}`);
}

/** A name of the config: of `contoso.azurecr.io` and of a resource id alike `contoso`. */
export function nameIn(text: string): string {
  const name = text.startsWith('/') ? text.split('/').at(-1) : text.split('.')[0];
  return (name ?? '').toLowerCase().slice(0, 32).replace(/-+$/, '');
}
