import { z } from 'zod';
import type { Operator } from '../operator/operator.ts';
import { changeKinds } from '../operator/queries/change-kinds.ts';
import type { ChangesView, VersionView } from '../operator/queries/changes.ts';
import type { DiffView, KeptPublication } from '../operator/queries/publications.ts';
import type { RegionWeeksView } from '../operator/queries/region-weeks.ts';
import type { RunReport, RunsView } from '../operator/queries/runs.ts';
import type { TagHistoryView, TagsView } from '../operator/queries/tag-history.ts';
import { type ApiClient, ApiError, checkedAnswer, unlessUnknown } from './api-client.ts';

// The members that commands go through first. The rest is typed by the service, of the same version.
const list = z.array(z.unknown());
const members = {
  changes: z.looseObject({ changes: list }),
  version: z.looseObject({ latest: z.string() }),
  runs: z.looseObject({ runs: list }),
  run: z.looseObject({ run: z.string(), targets: list, plans: list }),
  publications: z.looseObject({ publications: list }),
  diff: z.looseObject({ tags: list, unreadable: list }),
  tags: z.looseObject({ tags: list }),
  tagHistory: z.looseObject({ tag: z.string(), lists: list, points: list }),
  regionWeeks: z.looseObject({ weeks: list, regions: list }),
};

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
export function remoteChanges(api: ApiClient): Asked {
  const publications = async () =>
    checkedAnswer<{ publications: readonly KeptPublication[] }>(await api.get('publications'), members.publications)
      .publications;
  return {
    async changes({ most, kind, ...query }) {
      const named = Object.entries(changeKinds).find(([, cause]) => cause === kind)?.[0];
      const asked = { ...query, kind: named, limit: String(most), format: 'json' };
      return checkedAnswer<ChangesView>(await api.get('changes', asked), members.changes);
    },
    version: async () => checkedAnswer<VersionView>(await api.get('version'), members.version),
    async runs({ most, after }) {
      return checkedAnswer<RunsView>(await api.get('runs', { limit: String(most), after }), members.runs);
    },
    async run(id) {
      const run = await unlessUnknown(api.get(`runs/${encodeURIComponent(id)}`));
      return run === undefined ? undefined : checkedAnswer<RunReport>(run, members.run);
    },
    publications,
    async publication(which) {
      const file = await unlessUnknown(api.file(`publications/${encodeURIComponent(which)}`));
      if (file === undefined) return undefined;
      const publication = (await publications()).find(({ digest }) => digest === file.etag);
      if (publication !== undefined) return { publication, kind: 'whole', bytes: file.bytes };
      throw new ApiError(`expected ${file.etag} among the publications that are kept there, got none: ask again`);
    },
    async diff(from, to, { tag, region }) {
      return checkedAnswer<DiffView>(await api.get('diff', { from, to, tag, region }), members.diff);
    },
    tags: async () => checkedAnswer<TagsView>(await api.get('tags'), members.tags),
    async tagHistory(tag, { since, until }) {
      const view = await api.get(`tags/${encodeURIComponent(tag)}/history`, { since, until });
      return checkedAnswer<TagHistoryView>(view, members.tagHistory);
    },
    async regionWeeks({ service, since, until }) {
      const view = await api.get('region-weeks', { service, since, until });
      return checkedAnswer<RegionWeeksView>(view, members.regionWeeks);
    },
  };
}
