import type { DecisionMeta, DecisionRequest, Operator, RecordedDecisions } from '../operator/operator.ts';
import type { DryRun, RequestedRun } from '../run/service.ts';
import { type ApiClient, unlessUnknown } from './api-client.ts';
import { remoteChanges } from './remote-changes.ts';
import { type RouteClient, routeClient } from './route-client.ts';

/** What a command may ask of a deployed service beside an operator's own. */
export interface RemoteOperator extends Operator {
  /** What a run would do there now; with the text of a config, what it would do by that. */
  dryRun(config: string | undefined, targets?: readonly string[]): Promise<DryRun>;
  /** Asks for a run of these targets, or of all. */
  requestRun(targets: readonly string[] | undefined): Promise<RequestedRun>;
}

/** Decisions and queries over the API. Who decides is known from the token there; with a key it is who `by` names. */
export function remoteOperator(client: ApiClient): RemoteOperator {
  const api = routeClient(client);
  return {
    record: (request, meta) => record(api, request, meta),
    preview: (request) => api.post('preview', 200, request),
    status: () => api.get('status'),
    holds: async () => (await api.get('holds')).holds,
    inbox: () => api.get('inbox'),
    registries: () => api.get('registries'),
    list: (name) => api.get('list', { id: name }),
    plan: (id) => unlessUnknown(api.get('plans', { id, query: { format: 'json' } })),
    lookup: (ip) => api.get('lookup', { query: { ip } }),
    why: ({ address, at, target, resolve }) =>
      api.get('why', { query: { address, at, target, resolve: resolve ? 'true' : undefined } }),
    ...remoteChanges(api),
    dryRun: (config, targets) =>
      api.post('runs', 200, {
        dryRun: true,
        ...(config === undefined ? {} : { config }),
        ...(targets === undefined ? {} : { targets }),
      }),
    requestRun: (targets) => api.post('runs', 202, targets === undefined ? {} : { targets }),
  };
}

/** Some kinds of decision have a route of their own; all others go to `answers`. */
function record(
  api: RouteClient,
  request: DecisionRequest,
  { by, why, ticket }: DecisionMeta,
): Promise<RecordedDecisions> {
  const said = { why, by: by.name, ...(ticket === undefined ? {} : { ticket }) };
  switch (request.kind) {
    case 'pause': {
      const { kind, ...fields } = request;
      return api.post(kind, 201, { ...fields, ...said });
    }
    case 'resume': {
      const { kind, ...fields } = request;
      return api.post(kind, 201, { ...fields, ...said });
    }
    case 'pin': {
      const { kind, ...fields } = request;
      return api.post(kind, 201, { ...fields, ...said });
    }
    case 'unpin':
      return api.post(request.kind, 201, said);
    default:
      return api.post('answers', 201, { ...request, ...said });
  }
}
