import * as z from 'zod';
import type { ByFamily } from '../../core/address/family.ts';
import type { Actor, Decision } from '../../core/decisions/decision.ts';
import type { DecisionRef } from '../../core/plan/memory.ts';
import type { Cause } from '../../core/plan/plan-types.ts';
import type { Publication, TagFrom } from '../../core/publication/publication.ts';
import type { OutcomeError, Reason } from '../../core/reason.ts';
import type { ParentsView } from '../../operator/inbox.ts';
import type { ProblemDetails } from '../responses.ts';
import { component } from './component.ts';

export const text = z.string();
export const texts = z.array(text);
export const yes = z.literal(true);
/** ISO 8601 in UTC. */
export const time = z.string().meta({ format: 'date-time' });
/** ISO 8601. */
export const date = z.string().meta({ format: 'date' });

export const direction = z.enum(['add', 'remove']);
export const mode = z.enum(['sync', 'add-only', 'report-only']);
export const family = z.enum(['ipv4', 'ipv6']);
export const cloud = z.enum(['Public', 'AzureGovernment', 'China']);
export const freshness = z.enum(['fresh', 'late', 'stale', 'suspect']);

export const problemDetails = component<ProblemDetails>()(
  'Problem',
  z
    .object({
      type: text,
      title: text,
      status: z.int(),
      detail: text.describe('What was expected, and what came.'),
      next: text.describe('What to do.').exactOptional(),
      issues: z
        .array(z.object({ path: text, expected: text, got: text }))
        .describe('Every field of the request that is wrong.')
        .exactOptional(),
    })
    .describe('Problem details (RFC 9457).'),
);

export const addresses = component<ByFamily<string>>()(
  'Addresses',
  z.object({ ipv4: text, ipv6: text }).describe('How many addresses, as decimal strings.'),
);

export const reason = component<Reason>()(
  'Reason',
  z
    .object({ rule: text.describe('The rule that says so.'), text, next: text.describe('How to let it through.') })
    .describe('Why something waits or is refused.'),
);
export const reasons = z.array(reason);

export const outcomeError = component<OutcomeError>()(
  'OutcomeError',
  z
    .object({
      kind: z.enum([
        'conflict',
        'busy',
        'throttled',
        'transient',
        'superseded',
        'forbidden',
        'locked',
        'policy',
        'quota',
        'invalid',
        'failed-state',
        'unreadable',
        'internal',
      ]),
      code: text.describe('Of Azure.').exactOptional(),
      status: z.int().describe('Of the answer of Azure.').exactOptional(),
    })
    .describe('Why something failed, for programs.'),
);

export const cause = component<Cause>()(
  'Cause',
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('publication'), changeNumber: z.int(), tag: text }),
      z.object({ kind: z.literal('released'), hold: text, tag: text }),
      z.object({ kind: z.literal('held'), hold: text, tag: text }),
      z.object({ kind: z.literal('config'), config: text.describe('Hash of the config.').exactOptional() }),
      z.object({ kind: z.enum(['registry', 'first contact', 'drift', 'pin']) }),
      z.object({ kind: z.literal('foreign') }),
      z.object({ kind: z.literal('carried over') }),
      z.object({ kind: z.literal('joined') }),
    ])
    .describe('Why a range goes in or out.'),
);

export const actor = component<Actor>()(
  'Actor',
  z
    .object({
      name: text,
      how: z
        .enum(['token', 'key', 'claimed'])
        .describe('By a verified sign-in, by a function key alone, or as it was typed in.'),
      id: text.describe('Object id in Entra.').exactOptional(),
      groups: texts.exactOptional(),
    })
    .describe('Who decided or asked.'),
);

const recorded = { id: text, at: time, by: actor, why: text, ticket: text.exactOptional() };
const needs = z.int().describe('How many people must decide the same before it counts; one if absent.').exactOptional();
const part = { part: text, target: text, direction, ranges: texts };

export const decision = component<Decision>()(
  'Decision',
  z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('answer'),
        ...recorded,
        needs,
        hold: text,
        answer: z.enum(['keep', 'remove', 'allow', 'block']),
        until: time.exactOptional(),
        ranges: texts.exactOptional(),
      }),
      z.object({ kind: z.literal('approve'), ...recorded, needs, ...part, expires: time }),
      z.object({ kind: z.literal('decline'), ...recorded, ...part, until: time.exactOptional() }),
      z.object({ kind: z.literal('withdraw'), ...recorded, word: text }),
      z.object({
        kind: z.literal('pause'),
        ...recorded,
        target: text.exactOptional(),
        until: time.exactOptional(),
      }),
      z.object({ kind: z.literal('resume'), ...recorded, target: text.exactOptional() }),
      z.object({ kind: z.literal('pin'), ...recorded, changeNumber: z.int(), ledger: text, until: time }),
      z.object({ kind: z.literal('unpin'), ...recorded }),
      z.object({
        kind: z.literal('accept-publication'),
        ...recorded,
        needs,
        digest: text,
        tags: texts.exactOptional(),
      }),
      z.object({ kind: z.literal('done'), ...recorded, word: text, ranges: texts }),
    ])
    .describe('What a person decided, as recorded.'),
);

export const decisionRef = component<DecisionRef>()(
  'DecisionRef',
  z.object({ id: text, by: text, at: time, why: text, ticket: text.exactOptional() }).describe('A decision in short.'),
);

const tagFromFields = {
  from: z.object({ digest: text, file: text, changeNumber: z.int() }).exactOptional(),
  why: text.describe('What is wrong with it in the publication in force.').exactOptional(),
  stale: yes.describe('It is sound there, and older content: a person may accept it.').exactOptional(),
};

/** The file that a tag is in force by. */
export const asIn = component<Omit<TagFrom, 'tag'>>()(
  'AsIn',
  z.object(tagFromFields).describe('The file that a tag is in force by, where that is another one.'),
);

export const publication = component<Publication>()(
  'Publication',
  z
    .object({
      cloud,
      digest: text,
      valuesDigest: text,
      changeNumber: z.int(),
      file: text,
      date,
      dateEstimated: z.boolean(),
      bytes: z.int(),
      provenance: z.object({ via: text, url: text, fetchedAt: time, publishedAt: date.exactOptional() }),
      tagsFrom: z
        .array(z.object({ tag: text, ...tagFromFields }))
        .describe('Tags that are in force as another file has them.')
        .exactOptional(),
      unnamed: z.int().describe('Values that were left out because their names cannot be read.').exactOptional(),
    })
    .describe('A Service Tags file that was read.'),
);

export const parents = component<ParentsView>()(
  'Parents',
  z
    .object({
      region: texts.describe('Still in AzureCloud of the region.'),
      global: texts.describe("In the service's global tag alone."),
      neither: texts,
      neitherSince: time.exactOptional(),
    })
    .describe('Where the ranges of a loss are in the newest publication.'),
);
