import * as z from 'zod';
import type { InboxItem, InboxView } from '../../operator/inbox.ts';
import type { HoldView, LookupView, SourceView, StatusView } from '../../operator/operator.ts';
import type { RunView } from '../../run/service.ts';
import { component } from './component.ts';
import {
  addresses,
  cause,
  date,
  decision,
  decisionRef,
  freshness,
  parents,
  publication,
  reasons,
  text,
  texts,
  time,
  yes,
} from './parts.ts';
import { broadEntry, removalRisk } from './plans.ts';
import { runView, type Told, targetFields } from './runs.ts';

const freshnessOrNone = z
  .enum([...freshness.options, 'none'])
  .describe('`suspect`: a file that was not accepted would add addresses. `none`: no file was accepted yet.');

const source = component<SourceView>()(
  'Source',
  z
    .object({
      freshness: freshnessOrNone,
      since: time.exactOptional(),
      newestDate: date.describe('Of the last accepted publication.').exactOptional(),
      ageDays: z.number().exactOptional(),
      suspect: z.object({ digest: text, file: text, date, changeNumber: z.int() }).exactOptional(),
      unreachableSince: time.exactOptional(),
      gains: z
        .array(
          z.object({
            tag: text,
            digest: text,
            changeNumber: z.int(),
            prefixes: texts,
            since: time,
            notAccepted: text.describe('The file, if it was not accepted.').exactOptional(),
            earliest: time.describe('From when on Azure may use it.'),
            promised: time,
            leftMs: z.number(),
            targets: z.array(
              z.object({
                target: text,
                has: z.boolean(),
                lacking: texts,
                devices: z
                  .object({ have: texts, lack: texts })
                  .describe('Of a feed: devices that have pulled it.')
                  .exactOptional(),
              }),
            ),
          }),
        )
        .describe('Addresses that were announced in the last weeks.'),
    })
    .describe('Health of the source of publications.'),
);

/** GET /api/status. */
export const statusAnswer = component<Omit<StatusView, 'lastRun'> & { readonly lastRun?: Told<RunView> }>()(
  'Status',
  z.object({
    instance: text,
    cloud: text,
    at: time,
    publication: publication.exactOptional(),
    freshness: freshnessOrNone,
    source,
    paused: decision.exactOptional(),
    pin: decision.exactOptional(),
    openHolds: z.int(),
    questions: z.int().describe('Holds that only a person ends.'),
    troubles: texts.describe('Registries that cannot be read, or with regions that have no tag.').exactOptional(),
    targets: z.array(
      z.object({
        ...targetFields,
        paused: decision.exactOptional(),
        reasons,
        foreign: z
          .object({ count: z.int(), entries: texts, broad: z.array(broadEntry) })
          .describe('Entries that others wrote, as last read.')
          .exactOptional(),
        fill: z
          .object({ entries: z.int(), room: z.int().exactOptional() })
          .describe('Entries in it after the last run, of every writer, and how many it can hold.')
          .exactOptional(),
      }),
    ),
    lastRun: runView.exactOptional(),
  }),
);

const holdFields = {
  id: text,
  of: z
    .union([z.object({ tag: text }), z.object({ target: text })])
    .describe('The tag; or the target, for what its list gave up.'),
  kind: z.enum(['loss', 'gain', 'config', 'registry']),
  since: time,
  changeNumber: z.int().exactOptional(),
  prefixes: texts,
  addresses,
  questions: reasons,
  answered: decision.exactOptional(),
  otherwise: text.describe('What ends it without an answer.'),
  coveredByGlobal: texts.describe("Prefixes that the service's global tag still covers."),
  parents: parents.exactOptional(),
};

const short = text.describe('Names it wherever an id is asked for.');
const hold = component<HoldView>()(
  'Hold',
  z.object({ ...holdFields, short }).describe('What was lost or gained, and waits.'),
);

/** GET /api/holds. */
export const holdsAnswer = component<{ readonly holds: readonly HoldView[] }>()(
  'Holds',
  z.object({ holds: z.array(hold) }),
);

/** GET /api/lookup. */
export const lookupAnswer = component<LookupView>()(
  'Lookup',
  z.object({
    address: text,
    tags: z.array(
      z.object({
        tag: text,
        prefix: text,
        published: z.boolean(),
        effective: z.boolean(),
        since: z.object({ changeNumber: z.int(), at: time }).exactOptional(),
        watched: z.boolean().describe('A list selects it.'),
        hold: text.exactOptional(),
        held: z.object(holdFields).describe('The hold that keeps it in or out.').exactOptional(),
      }),
    ),
    targets: z.array(
      z.object({
        target: text,
        holds: z.boolean(),
        ours: z.boolean(),
        grants: z
          .array(
            z.object({
              prefixes: texts,
              cause,
              since: time.exactOptional(),
              run: text.exactOptional(),
              found: yes.exactOptional(),
              decisions: z.array(decisionRef).exactOptional(),
            }),
          )
          .describe('Of what is ours: since when, why, by which run and on whose decision.')
          .exactOptional(),
        error: text.exactOptional(),
      }),
    ),
    file: text.exactOptional(),
  }),
);

const inboxItem = component<InboxItem>()(
  'InboxItem',
  z
    .object({
      kind: z.enum(['hold', 'part', 'file', 'tag']),
      id: text,
      short,
      about: text.describe('The tag, target or file.'),
      title: text,
      since: time,
      prefixes: texts,
      addresses,
      reasons,
      affected: z.object({
        lists: texts,
        targets: z.array(z.object({ target: text, kind: text, firewalls: texts })),
        registries: texts,
      }),
      parents: parents.exactOptional(),
      risks: z.array(removalRisk).describe('Of a part that takes ranges out.').exactOptional(),
      suggested: z.object({
        answer: z.enum(['keep', 'remove', 'allow', 'block', 'approve', 'decline', 'accept', 'wait']),
        reason: text,
      }),
      ifIgnored: z.object({ text, at: time.exactOptional() }),
      commands: z.array(z.object({ answer: text, command: text })).describe('That of the suggested answer first.'),
      approvals: z.object({ by: texts, needed: z.int() }).exactOptional(),
    })
    .describe('One thing that waits for a person.'),
);

/** GET /api/inbox. */
export const inboxAnswer = component<InboxView>()(
  'Inbox',
  z.object({
    instance: text,
    at: time,
    items: z.array(inboxItem).describe('Most urgent first.'),
    publication: z.object({ changeNumber: z.int(), date, ageDays: z.number() }).exactOptional(),
    freshness: freshnessOrNone,
    quietHolds: z.int().describe('Holds that end by themselves.'),
    troubles: texts.describe('What is not well and waits for no answer.'),
  }),
);
