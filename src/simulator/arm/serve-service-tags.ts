import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { isJson, type Json, objectAt } from './json.ts';
import type { ArmState } from './state.ts';

const path = /^(\/subscriptions\/[^/]+\/providers\/Microsoft\.Network\/locations\/[^/]+)\/serviceTags$/i;

/**
 * The Service Tag Discovery API: the document seeded at the location, with numbers as texts as the real one has them. A
 * location without one answers as the real one does to whom may not read: 200 and nothing. Undefined for other paths.
 */
export function serveServiceTags(state: ArmState, call: Call): Answer | undefined {
  const location = path.exec(call.path)?.[1];
  if (location === undefined || call.method !== 'GET') return undefined;
  const stored = state.get(location);
  const document = stored === undefined ? {} : objectAt(objectAt(stored.body, 'properties'), 'serviceTags');
  const cloud = typeof document.cloud === 'string' ? document.cloud : 'Public';
  const name = cloud.toLowerCase();
  return {
    status: 200,
    body: {
      name,
      id: `/subscriptions/${location.split('/')[2]}/providers/Microsoft.Network/serviceTags/${name}`,
      type: 'Microsoft.Network/serviceTags',
      changeNumber: String(document.changeNumber ?? ''),
      cloud,
      values: (Array.isArray(document.values) ? document.values : []).filter(isJson).map(asAnswered),
    },
  };
}

function asAnswered(value: Json): Json {
  const { addressPrefixes, changeNumber, region, systemService } = objectAt(value, 'properties');
  return {
    name: value.name,
    id: value.id,
    serviceTagChangeNumber: '1',
    properties: { addressPrefixes, changeNumber: String(changeNumber ?? ''), region, systemService, state: 'GA' },
  };
}
