import * as z from 'zod';
import type {
  BroadEntry,
  Complete,
  Drift,
  Outcome,
  Plan,
  PlanPart,
  Step,
  Verdict,
} from '../../core/plan/plan-types.ts';
import type { Origin, RemovalRisk, RollbackStep } from '../../core/plan/ticket-facts.ts';
import type { PlanView } from '../../operator/operator.ts';
import { component } from './component.ts';
import {
  addresses,
  cause,
  date,
  decisionRef,
  direction,
  family,
  mode,
  outcomeError,
  publication,
  reasons,
  text,
  texts,
  time,
  yes,
} from './parts.ts';

export const step = component<Step>()(
  'Step',
  z
    .object({ prefix: text, cause, decisions: texts.describe('Ids of the decisions that allow it.').exactOptional() })
    .describe('A range or a host name that goes in or out.'),
);

const verdict = component<Verdict>()(
  'Verdict',
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('go') }),
      z.object({ kind: z.literal('wait'), reasons }),
      z.object({ kind: z.literal('refuse'), reasons }),
    ])
    .describe('Whether a part of a plan may be applied.'),
);

const planPart = component<PlanPart>()(
  'PlanPart',
  z
    .object({ id: text, direction, steps: z.array(step), addresses, verdict })
    .describe('All additions or all removals of one verdict.'),
);

export const broadEntry = component<BroadEntry>()(
  'BroadEntry',
  z
    .object({
      unit: text,
      entry: text,
      addresses: text.describe('Addresses that it lets in; absent for a name such as `*`.').exactOptional(),
      part: text.describe('The part of the plan whose approval takes it out.'),
    })
    .describe('An entry of others that lets in more than the list.'),
);

const drift = component<Drift>()(
  'Drift',
  z
    .object({ direction: direction.exactOptional(), ranges: texts, times: z.int(), lastAt: time })
    .describe('What others changed and this service put right.'),
);

const complete = component<Complete>()(
  'Complete',
  z.object({ tags: texts, followed: z.record(text, texts) }).describe('What is in a target whole.'),
);

const unitDigest = z.object({ key: text, digest: text, entries: z.int(), version: text.exactOptional() });
const textsByFamily = z.object({ ipv4: texts, ipv6: texts });

export const plan = component<Plan>()(
  'Plan',
  z
    .object({
      target: text,
      kind: text,
      list: text,
      mode,
      refusals: reasons.describe('Why nothing at all may be written; empty if something may.'),
      parts: z.array(planPart),
      before: textsByFamily.describe('What the target let through when the plan was made, from every writer.'),
      base: z.array(unitDigest),
      changes: z
        .array(
          z.object({
            key: text,
            family,
            action: z.enum(['create', 'replace', 'delete']),
            entries: texts,
            takesOver: text.exactOptional(),
            version: text.exactOptional(),
            added: texts,
            removed: texts,
            dropped: texts.exactOptional(),
          }),
        )
        .describe('Writes of the parts that may go, one a unit.'),
      expected: z.array(unitDigest),
      owned: textsByFamily,
      names: texts.exactOptional(),
      overGrant: texts.describe('What is let in beyond the list because prefixes are joined to fit.').exactOptional(),
      wouldFit: z.object({ entries: texts, overGrant: texts }).exactOptional(),
      limit: z
        .object({ most: z.int(), at: time, set: z.int().exactOptional() })
        .describe('How many entries Azure takes, where its answer named less than the config has.')
        .exactOptional(),
      wrote: texts.exactOptional(),
      adopts: z.array(step).exactOptional(),
      forgets: texts.exactOptional(),
      complete: complete.exactOptional(),
      foreign: z.array(z.object({ unit: text, entry: text })).describe('Entries that others wrote.'),
      broad: z.array(broadEntry).exactOptional(),
      restores: yes.exactOptional(),
      unmarked: texts.exactOptional(),
      holds: z
        .array(z.object({ id: text, cause: z.enum(['config', 'registry']), since: time, count: z.int(), held: texts }))
        .exactOptional(),
      drift: z.array(drift).exactOptional(),
      approvals: texts,
      notes: texts,
    })
    .describe('What turns what a target holds into what it should hold.'),
);

const origin = component<Origin>()(
  'Origin',
  z
    .object({
      direction,
      cause,
      ranges: texts,
      decisions: z.array(decisionRef),
      config: z.object({ hash: text, authors: texts, unknown: z.boolean() }).exactOptional(),
      released: z.object({ by: text, at: time }).exactOptional(),
      publishedOn: date.exactOptional(),
    })
    .describe('Who asked for some of a change, and why.'),
);

export const removalRisk = component<RemovalRisk>()(
  'RemovalRisk',
  z
    .object({
      tag: text.exactOptional(),
      ranges: texts,
      tags: z.array(z.object({ tag: text, whole: z.boolean(), ranges: texts })),
      gone: texts,
      goneSince: time.exactOptional(),
    })
    .describe('Which tags of the newest publication still have what goes.'),
);

const rollbackStep = component<RollbackStep>()(
  'RollbackStep',
  z
    .object({
      when: z.enum(['before', 'after']),
      command: text.exactOptional(),
      edit: z.object({ list: text, field: z.enum(['always', 'never']) }).exactOptional(),
      ranges: texts,
      does: text,
    })
    .describe('A way back from a change.'),
);

/** GET /api/plans/{id}. */
export const planAnswer = component<PlanView>()(
  'PlanAnswer',
  z
    .object({
      run: text,
      at: time,
      plan,
      publication: publication.exactOptional(),
      before: texts.describe('In the target before.'),
      after: texts.describe('In it with what goes by itself.'),
      approved: texts.describe('In it once all that waits for an approval has it.').exactOptional(),
      origins: z.array(origin),
      risks: z.array(removalRisk),
      rollback: z.array(rollbackStep),
    })
    .describe('A plan with its run.'),
);

export const outcome = component<Outcome>()(
  'Outcome',
  z
    .object({
      target: text,
      subject: text.describe('The unit; `part:add` or `part:remove` for what was not to be applied; or `target`.'),
      result: z.enum(['done', 'failed', 'refused', 'waiting', 'reported', 'superseded']),
      added: texts,
      removed: texts,
      text: text.describe('What happened; for a failure also what to do.'),
      error: outcomeError.exactOptional(),
      writes: z.int().describe('Write requests that were sent for it.'),
      asks: yes.describe('Only a decision of a person lets it through.').exactOptional(),
      meanwhile: z
        .object({ came: texts, gone: texts, undone: yes.exactOptional() })
        .describe('What others changed in the same list while it was written.')
        .exactOptional(),
      resumed: yes.describe('An earlier worker began it: its writes are not in `writes`.').exactOptional(),
      at: time,
    })
    .describe('What became of a change, or of a part that was not applied.'),
);
