import { isJson, type Json, objectAt, without } from './json.ts';
import type { ResourceType } from './resource-type.ts';

/** A rendered resource without the fields that an API version does not know. */
export function shownBy(version: string, type: ResourceType, resource: Json): Json {
  return unknownTo(version, type).reduce(withoutField, resource);
}

/** What is stored of a write: a field that its API version does not know is lost where the request names what it is in. */
export function keptBy(version: string, type: ResourceType, written: Json, request: Json): Json {
  return unknownTo(version, type)
    .filter(([holder]) => isJson(objectAt(request, 'properties')[holder]))
    .reduce(withoutField, written);
}

function unknownTo(version: string, { versioned = [] }: ResourceType) {
  return versioned.filter(({ versions }) => !versions.includes(version)).map(({ path }) => path);
}

function withoutField(resource: Json, [holder, field]: readonly [string, string]): Json {
  const properties = objectAt(resource, 'properties');
  if (!isJson(properties[holder])) return resource;
  return { ...resource, properties: { ...properties, [holder]: without(objectAt(properties, holder), field) } };
}
