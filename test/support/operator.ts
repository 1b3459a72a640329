import type { Decision } from '../../src/core/decisions/decision.ts';
import { proposedChange, sumsOf } from '../../src/core/plan/proposed-change.ts';
import type { PreviewView } from '../../src/core/preview.ts';
import type { Operator, PlanView } from '../../src/operator/operator.ts';
import type { ChangeView } from '../../src/operator/queries/changes.ts';
import type { KeptPublication } from '../../src/operator/queries/publications.ts';
import type { RunsView } from '../../src/operator/queries/runs.ts';
import { sampleChange, samplePlan } from './samples.ts';
import { someRun } from './service.ts';

export const someWord: Decision = {
  kind: 'unpin',
  id: '20240115t080000z-1a2b3c4d',
  at: '2024-01-15T08:00:00.000Z',
  by: { name: 'ops', how: 'claimed' },
  why: 'over',
};

export const somePlan: PlanView = {
  run: 'r-1',
  at: '2024-01-15T08:00:00.000Z',
  plan: samplePlan('east'),
  before: ['198.51.100.0/24'],
  after: ['192.0.2.0/24', '198.51.100.0/24'],
  origins: [],
  risks: [],
  rollback: [],
};

export const someChange: ChangeView = { ...sampleChange(), by: [{ name: 'anna', why: 'needed', ticket: 'CHG1' }] };

const someSummary: RunsView['runs'][number] = {
  run: 'r-1',
  status: 'applied',
  trigger: 'http',
  startedAt: '2024-01-15T08:00:00.000Z',
  targets: [{ id: 'groups', kind: 'ip-group', status: 'applied' }],
  added: 1,
  removed: 0,
  armWrites: 1,
};

const somePublication: KeptPublication = {
  changeNumber: 404,
  date: '2024-01-15',
  status: 'accepted',
  file: 'ServiceTags "Public".json',
  digest: 'ab'.repeat(32),
  firstSeen: '2024-01-15T08:00:00.000Z',
  reasons: [],
};

export const somePreview: PreviewView = {
  at: '2024-01-15T08:00:00.000Z',
  decisions: [],
  targets: [proposedChange(somePlan.plan)],
  sums: sumsOf([]),
};

/** An operator API that knows one plan and remembers what it was asked. */
export function operatorForTests(changes: Partial<Operator> = {}): Operator & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    async record(request, meta) {
      asked.push([request, meta]);
      return { words: [someWord], run: 'r-2', status: 'queued', joined: false, targets: ['east'] };
    },
    async preview(request) {
      asked.push(['preview', request]);
      return somePreview;
    },
    status: async () => ({
      instance: 'contoso',
      cloud: 'Public',
      at: '2024-01-15T08:00:00.000Z',
      freshness: 'fresh',
      source: { freshness: 'fresh', gains: [] },
      openHolds: 1,
      questions: 0,
      targets: [],
    }),
    holds: async () => [],
    inbox: async () => ({
      instance: 'contoso',
      at: '2024-01-15T08:00:00.000Z',
      items: [],
      freshness: 'fresh',
      quietHolds: 0,
      troubles: [],
    }),
    registries: async () => ({ at: '2024-01-15T08:00:00.000Z', registries: [], readiness: [], advice: [] }),
    plan: async (id) => (id === 'part-east' || id === 'r-1/east' ? somePlan : undefined),
    async lookup(address) {
      asked.push(['lookup', address]);
      return { address, tags: [], targets: [] };
    },
    async why(query) {
      asked.push(['why', query]);
      return { asked: query.address, at: '2024-01-15T08:00:00.000Z', past: false, answers: [] };
    },
    async changes(query) {
      asked.push(['changes', query]);
      return { changes: [someChange], next: 'further' };
    },
    version: async () => ({ latest: '20240115080000000', run: 'r-1' }),
    async runs(query) {
      asked.push(['runs', query]);
      return { runs: [someSummary], next: '7' };
    },
    run: async (id) => (id === 'r-1' ? { ...someRun, plans: [] } : undefined),
    publications: async () => [somePublication],
    async publication(which) {
      if (which === '404') return { publication: somePublication, kind: 'whole', bytes: Buffer.from('{\r\n}') };
      if (which !== '403') return undefined;
      return { publication: somePublication, kind: 'damaged', why: 'its content is gone' };
    },
    async diff(from, to, filter) {
      asked.push(['diff', from, to, filter]);
      return { from: somePublication, to: somePublication, tags: [], unreadable: [] };
    },
    async list(name) {
      asked.push(['list', name]);
      return { list: name, tags: [], changeNumber: 403, ipv4: ['20.0.0.0/24'], ipv6: [], names: [] };
    },
    tags: async () => ({ tags: [], behind: 0 }),
    async tagHistory(tag, query) {
      asked.push(['tagHistory', tag, query]);
      return { tag, lists: [], points: [], behind: 0 };
    },
    async regionWeeks(query) {
      asked.push(['regionWeeks', query]);
      return { service: query.service, weeks: [], regions: [], unchanged: [], behind: 0 };
    },
    ...changes,
  };
}
