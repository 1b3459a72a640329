import { z } from 'zod';
import type { PreviewView } from '../core/preview.ts';
import type { WhyView } from '../core/why.ts';
import type { InboxView } from '../operator/inbox.ts';
import type {
  DecisionRequest,
  HoldView,
  LookupView,
  Operator,
  PlanView,
  RecordedDecisions,
  RegistriesView,
  StatusView,
} from '../operator/operator.ts';
import type { DryRun, RequestedRun } from '../run/service.ts';
import { type ApiClient, checkedAnswer, unlessUnknown } from './api-client.ts';
import { remoteChanges } from './remote-changes.ts';

/** What a command may ask of a deployed service beside an operator's own. */
export interface RemoteOperator extends Operator {
  /** What a run would do there now; with the text of a config, what it would do by that. */
  dryRun(config: string | undefined, targets?: readonly string[]): Promise<DryRun>;
  /** Asks for a run of these targets, or of all. */
  requestRun(targets: readonly string[] | undefined): Promise<RequestedRun>;
}

/** Kinds of decision with a route of their own; all others go to `answers`. */
const controls: readonly DecisionRequest['kind'][] = ['pause', 'resume', 'pin', 'unpin'];

// The members that commands go through first. The rest is typed by the service, of the same version.
const list = z.array(z.unknown());
const members = {
  status: z.looseObject({ instance: z.string(), source: z.looseObject({}), targets: list }),
  holds: z.looseObject({ holds: list }),
  inbox: z.looseObject({ items: list, troubles: list, freshness: z.string() }),
  registries: z.looseObject({ registries: list, readiness: list, advice: list }),
  plan: z.looseObject({ plan: z.looseObject({ parts: list }), before: list, after: list }),
  lookup: z.looseObject({ tags: list, targets: list }),
  why: z.looseObject({ asked: z.string(), at: z.string(), answers: list }),
  preview: z.looseObject({ decisions: list, targets: list, sums: z.looseObject({}) }),
  decisions: z.looseObject({ words: list, run: z.string() }),
  dryRun: z.looseObject({ plans: list, outcomes: list, events: list }),
  run: z.looseObject({ run: z.string(), targets: list }),
};

/** Decisions and queries over the API. Who decides is known from the token there; with a key it is who `by` names. */
export function remoteOperator(api: ApiClient): RemoteOperator {
  return {
    async record({ kind, ...fields }, { by, why, ticket }) {
      const said = { ...fields, why, by: by.name, ...(ticket === undefined ? {} : { ticket }) };
      const answer = controls.includes(kind) ? api.post(kind, said) : api.post('answers', { kind, ...said });
      return checked<RecordedDecisions>(await answer, 'decisions');
    },
    async preview(request) {
      return checked<PreviewView>(await api.post('preview', request), 'preview');
    },
    status: async () => checked<StatusView>(await api.get('status'), 'status'),
    holds: async () => checked<{ holds: readonly HoldView[] }>(await api.get('holds'), 'holds').holds,
    inbox: async () => checked<InboxView>(await api.get('inbox'), 'inbox'),
    registries: async () => checked<RegistriesView>(await api.get('registries'), 'registries'),
    async plan(id) {
      const path = id.split('/').map(encodeURIComponent).join('/');
      const plan = await unlessUnknown(api.get(`plans/${path}`, { format: 'json' }));
      return plan === undefined ? undefined : checked<PlanView>(plan, 'plan');
    },
    lookup: async (address) => checked<LookupView>(await api.get('lookup', { ip: address }), 'lookup'),
    ...remoteChanges(api),
    async why({ address, at, target, resolve }) {
      const query = {
        address,
        ...(at === undefined ? {} : { at }),
        ...(target === undefined ? {} : { target }),
        ...(resolve ? { resolve: 'true' } : {}),
      };
      return checked<WhyView>(await api.get('why', query), 'why');
    },
    async dryRun(config, targets) {
      const asked = {
        dryRun: true,
        ...(config === undefined ? {} : { config }),
        ...(targets === undefined ? {} : { targets }),
      };
      return checked<DryRun>(await api.post('runs', asked), 'dryRun');
    },
    async requestRun(targets) {
      return checked<RequestedRun>(await api.post('runs', targets === undefined ? {} : { targets }), 'run');
    },
  };
}

function checked<T>(value: unknown, what: keyof typeof members): T {
  return checkedAnswer<T>(value, members[what]);
}
