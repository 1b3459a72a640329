import { isObject, type JsonObject } from '../json.ts';

/**
 * Whether a document is what Azure's Service Tag Discovery API answers, as `az network list-service-tags`, Az.Network
 * (`Get-AzNetworkServiceTag | ConvertTo-Json`) and the SDKs write it: the resource has a type, or names are spelled in the way of
 * the tool, or it is the list of tags alone.
 */
export function isDiscoveryAnswer(document: unknown): boolean {
  if (Array.isArray(document)) return document.length > 0 && isTagOfTool(document[0]);
  if (!isObject(document)) return false;
  const type = document.type ?? document.Type;
  if (typeof type === 'string' && /^Microsoft\.Network\/serviceTags$/i.test(type)) return true;
  return document.ChangeNumber !== undefined || document.change_number !== undefined;
}

/** A tag outside of a document: the list alone, as `--query values` or an SDK gives it. */
function isTagOfTool(value: unknown): boolean {
  if (!isObject(value)) return false;
  const properties = value.properties ?? value.Properties;
  return isObject(properties) && prefixesOf(properties) !== undefined;
}

function prefixesOf({ addressPrefixes, AddressPrefixes, address_prefixes }: JsonObject): unknown {
  return addressPrefixes ?? AddressPrefixes ?? address_prefixes;
}

/** What is said of such a document in the place of a publication. */
export const discoveryAnswer =
  "the answer of Azure's Service Tag Discovery API (az, Az.Network or an SDK), which lags behind the publications, lacks tags and counts in numbers of its own";
