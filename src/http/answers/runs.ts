import * as z from 'zod';
import type { RecordedDecisions } from '../../operator/operator.ts';
import type { PlanInShort, RunReport, RunsView } from '../../operator/queries/runs.ts';
import type { ChannelTest, DryRun, RequestedRun, RunView, TargetView } from '../../run/service.ts';
import { component } from './component.ts';
import { type ToldEvent, toldEvent } from './events.ts';
import {
  actor,
  addresses,
  cause,
  cloud,
  date,
  decision,
  direction,
  mode,
  publication,
  reasons,
  text,
  texts,
  time,
  yes,
} from './parts.ts';
import { outcome, plan } from './plans.ts';

/** A view with the words of each of its events. */
export type Told<V extends { readonly events: unknown }> = Omit<V, 'events'> & {
  readonly events: readonly ToldEvent[];
};

const ended = z.enum(['failed', 'partial', 'refused', 'waiting', 'applied', 'no-change']);
const status = z
  .enum([...ended.options, 'queued', 'running'])
  .describe('`queued`: not begun. `running`: not closed. Else what the run did.');

export const targetFields = {
  id: text,
  kind: text,
  list: text,
  status,
  outcomes: z.array(outcome),
  notes: texts.describe('What is worth knowing and stopped nothing.').exactOptional(),
};

const runFields = {
  run: text,
  status,
  trigger: text,
  by: z.array(actor).describe('The persons who asked for it.').exactOptional(),
  startedAt: time.exactOptional(),
  closedAt: time.exactOptional(),
  publication: publication.exactOptional(),
  targets: z.array(component<TargetView>()('RunTarget', z.object(targetFields).describe('A target in a run.'))),
  events: z.array(toldEvent),
  armWrites: z.int().describe('Write requests to Azure.'),
  armWritesAtLeast: yes.describe('A worker ended without a word: there may have been more writes.').exactOptional(),
};

export const runView = component<Told<RunView>>()('Run', z.object(runFields).describe('A run.'));

const planInShort = component<PlanInShort>()(
  'PlanInShort',
  z
    .object({
      target: text,
      mode,
      refusals: reasons,
      parts: z.array(
        z.object({
          id: text,
          direction,
          ranges: z.int(),
          addresses,
          verdict: z.enum(['go', 'wait', 'refuse']),
          reasons,
          causes: z.array(z.object({ cause, ranges: z.int() })),
        }),
      ),
    })
    .describe('A plan without its ranges, which GET /api/plans/{run}/{target} has.'),
);

/** GET /api/runs/{id}. */
export const runAnswer = component<Told<RunReport>>()(
  'RunAnswer',
  z
    .object({
      ...runFields,
      plans: z.array(planInShort),
      plansRemoved: time.describe('Since when its plans are no longer kept. Absent while they are.').exactOptional(),
    })
    .describe('A run with its plans in short.'),
);

/** A run in short, with its address. */
type Listed = RunsView['runs'][number] & { readonly href: string };

/** GET /api/runs. */
export const runsAnswer = component<Omit<RunsView, 'runs'> & { readonly runs: readonly Listed[] }>()(
  'RunsAnswer',
  z.object({
    runs: z.array(
      z.object({
        run: text,
        trigger: z.enum(['timer', 'http', 'start']),
        by: z.array(actor).exactOptional(),
        startedAt: time,
        status: z.enum([...ended.options, 'running']),
        closedAt: time.exactOptional(),
        publication: z.object({ cloud, changeNumber: z.int(), date, file: text, digest: text }).exactOptional(),
        targets: z.array(z.object({ id: text, kind: text, status: z.enum([...ended.options, 'running']) })),
        added: z.int().describe('Ranges or host names that went in.'),
        removed: z.int(),
        armWrites: z.int(),
        armWritesAtLeast: yes.exactOptional(),
        href: text.describe('Where the run is in full.'),
      }),
    ),
    next: text.describe('For `after`; absent where there are no earlier ones.').exactOptional(),
  }),
);

const requestedFields = {
  run: text,
  status: z.literal('queued'),
  joined: z.boolean().describe('It was queued before, and covers this as well.'),
  targets: texts.describe('Every target that it covers.'),
};

/** POST /api/runs. */
export const requestedAnswer = component<RequestedRun>()('RequestedRun', z.object(requestedFields));

/** POST /api/runs with `dryRun`. */
export const dryRunAnswer = component<Told<DryRun> & { readonly dryRun: true }>()(
  'DryRun',
  z.object({
    dryRun: yes,
    publication: publication.exactOptional(),
    plans: z.array(plan),
    outcomes: z.array(outcome),
    events: z.array(toldEvent),
  }),
);

/** POST /api/answers and the controls. */
export const decisionsAnswer = component<RecordedDecisions>()(
  'RecordedDecisions',
  z.object({ ...requestedFields, words: z.array(decision).describe('The decisions as recorded.') }),
);

/** POST /api/channels/test. */
export const channelsAnswer = component<{ readonly channels: readonly ChannelTest[] }>()(
  'ChannelTests',
  z.object({
    channels: z.array(
      z.object({
        channel: text,
        kind: text,
        ok: z.boolean(),
        text: text.describe('What the receiver did, or what is wrong and what to do.'),
      }),
    ),
  }),
);

/** GET /api/health. */
export const healthAnswer = component<{
  readonly status: 'good' | 'failing';
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
}>()(
  'Health',
  z.object({ status: z.enum(['good', 'failing']), checks: z.array(z.object({ name: text, ok: z.boolean() })) }),
);
