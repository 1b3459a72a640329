import type { Operator } from '../operator/operator.ts';
import { changeKinds } from '../operator/queries/change-kinds.ts';
import { ApiError, unlessUnknown } from './api-client.ts';
import type { RouteClient } from './route-client.ts';

type Asked = Pick<
  Operator,
  | 'changes'
  | 'version'
  | 'runs'
  | 'run'
  | 'publications'
  | 'publication'
  | 'diff'
  | 'tags'
  | 'tagHistory'
  | 'regionWeeks'
>;

/** What changed, over the API. */
export function remoteChanges(api: RouteClient): Asked {
  const publications = async () => (await api.get('publications')).publications;
  return {
    changes({ most, kind, ...query }) {
      const named = Object.entries(changeKinds).find(([, cause]) => cause === kind)?.[0];
      return api.get('changes', { query: { ...query, kind: named, limit: String(most), format: 'json' } });
    },
    version: () => api.get('version'),
    runs: ({ most, after }) => api.get('runs', { query: { limit: String(most), after } }),
    run: (id) => unlessUnknown(api.get('run', { id })),
    publications,
    async publication(which) {
      const file = await unlessUnknown(api.file('publication', which));
      if (file === undefined) return undefined;
      const publication = (await publications()).find(({ digest }) => digest === file.etag);
      if (publication !== undefined) return { publication, kind: 'whole', bytes: file.bytes };
      throw new ApiError(`expected ${file.etag} among the publications that are kept there, got none: ask again`);
    },
    diff: (from, to, { tag, region }) => api.get('diff', { query: { from, to, tag, region } }),
    tags: () => api.get('tags'),
    tagHistory: (tag, { since, until }) => api.get('tag-history', { id: tag, query: { since, until } }),
    regionWeeks: ({ service, since, until }) => api.get('region-weeks', { query: { service, since, until } }),
  };
}
