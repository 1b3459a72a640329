import * as z from 'zod';
import type { DomainEvent, InTime } from '../../core/event.ts';
import type { Text } from '../../messages/text.ts';
import { component } from './component.ts';
import { addresses, direction, freshness, outcomeError, reasons, text, texts, time, yes } from './parts.ts';
import { removalRisk } from './plans.ts';

/** An event with the words that a person reads. */
export type ToldEvent<E = DomainEvent> = E extends unknown ? E & { readonly words: Text } : never;

const words = component<Text>()(
  'Words',
  z
    .object({
      severity: z.enum(['ok', 'info', 'needs-you', 'failed']),
      qualifier: text.describe('How soon; with `needs-you` and `failed`.').exactOptional(),
      headline: text,
      lines: texts,
    })
    .describe('What an event means, and what to do.'),
);

/** One kind of event, or several with the same fields. */
function event<const K extends string, S extends z.ZodRawShape>(kind: K | readonly K[], fields: S) {
  const kinds = typeof kind === 'string' ? [kind] : [...kind];
  return z.object({ kind: z.literal(kinds), ...fields, words });
}

const inTime = component<InTime>()(
  'InTime',
  z
    .object({
      changeNumber: z.int(),
      earliest: time.describe('From when on Azure may use them.'),
      leftMs: z.number().describe('What was left to it then, in milliseconds; negative once it has passed.'),
    })
    .describe('The soonest deadline of announced addresses.'),
);

const ofTag = { hold: text, tag: text, of: z.enum(['loss', 'gain']) };
const part = {
  target: text,
  part: text,
  direction,
  ranges: texts,
  reasons,
  risks: z.array(removalRisk).exactOptional(),
};
const setAside = z.object({ tag: text, why: text, selected: z.boolean(), stale: yes.exactOptional() });

const sourceEvents = [
  event('publication-accepted', {
    file: text,
    changeNumber: z.int(),
    identical: z.boolean(),
    by: text.exactOptional(),
    onlyTags: texts.exactOptional(),
    setAside: z.array(setAside).exactOptional(),
    setAsideCount: z.int().exactOptional(),
    digest: text.exactOptional(),
    unnamed: texts.exactOptional(),
  }),
  event('publication-refused', {
    file: text,
    reasons: texts,
    digest: text.exactOptional(),
    again: yes.exactOptional(),
  }),
  event('publication-waits', { file: text, reasons: texts, digest: text.exactOptional() }),
  event('source-unreachable', { text, again: yes.exactOptional() }),
  event('source-freshness', {
    from: z.enum([...freshness.options, 'unknown']),
    to: freshness,
    since: time,
    newestDate: text,
    changeNumber: z.int(),
    ageDays: z.number(),
    suspect: z
      .object({ file: text, digest: text, gains: z.array(z.object({ tag: text, prefixes: texts })) })
      .exactOptional(),
  }),
  event('deadline-in-danger', {
    target: text,
    changeNumber: z.int(),
    notAccepted: text.exactOptional(),
    tags: texts,
    missing: texts,
    earliest: time,
    promised: time,
    leftMs: z.number(),
    reasons: texts,
    suspicious: texts.exactOptional(),
  }),
  event('source-disagreement', {
    way: text,
    finding: z.enum(['empty', 'subset', 'adds', 'silent', 'unreadable']),
    text,
    tags: z.array(z.object({ tag: text, onlyHere: texts, onlyThere: texts })),
  }),
] as const;

const configEvents = [
  event('config-refused', { from: text, digest: text, text, inForce: text, inForceSince: time }),
  event('registry-unreadable', { registry: text, text, saysSince: time.exactOptional() }),
  event('registry-readable', { registry: text, since: time }),
  event('registry-changed', {
    registry: text,
    regionsAdded: texts,
    regionsRemoved: texts,
    dataEndpoints: texts,
  }),
  event('registry-without-tag', { registry: text, regions: texts }),
] as const;

const tagEvents = [
  event('tag-changed', {
    tag: text,
    changeNumber: z.int(),
    gained: texts,
    lost: texts,
    missed: z.int().exactOptional(),
  }),
  event(['tag-vanished', 'tag-returned'], { tag: text, changeNumber: z.int() }),
  event('hold-opened', {
    ...ofTag,
    changeNumber: z.int(),
    prefixes: texts,
    addresses,
    questions: reasons,
    settled: z.enum(['kept', 'clock']).exactOptional(),
    before: text.exactOptional(),
    underGlobal: text.exactOptional(),
    underRegion: text.exactOptional(),
    keptBy: z.array(z.enum(['global', 'region'])).exactOptional(),
  }),
  event('hold-settled', { hold: text, tag: text, how: z.enum(['kept', 'clock']), prefixes: texts, questions: z.int() }),
  event('hold-shrunk', { ...ofTag, prefixes: texts, left: texts }),
  event('hold-ended', { ...ofTag, how: z.enum(['returned', 'released', 'withdrawn']), prefixes: texts, by: text }),
  event('hold-reminder', {
    ...ofTag,
    since: time,
    prefixes: texts,
    asked: z.int().exactOptional(),
    questions: reasons,
    last: yes.exactOptional(),
  }),
] as const;

const targetEvents = [
  event('target-changed', { target: text, added: texts, removed: texts, inTime: inTime.exactOptional() }),
  event('target-failed', {
    target: text,
    text,
    errors: z.array(outcomeError).exactOptional(),
    missing: texts,
    inTime: inTime.exactOptional(),
  }),
  event('target-refused', { target: text, reasons, inPart: yes.exactOptional() }),
  event('control-changed', {
    control: z.enum(['pause', 'pin']),
    begins: z.boolean(),
    target: text.exactOptional(),
    by: text,
    why: text,
    until: time.exactOptional(),
    changeNumber: z.int().exactOptional(),
  }),
  event('target-orphaned', { target: text }),
  event('target-reminder', { ...part, since: time, last: yes.exactOptional() }),
  event('target-waits', part),
  event('target-drift', {
    target: text,
    added: texts,
    removed: texts,
    whole: yes.exactOptional(),
    unmarked: texts.exactOptional(),
  }),
  event('foreign-entries', {
    target: text,
    count: z.int(),
    entries: texts,
    came: z.int().exactOptional(),
    gone: texts.exactOptional(),
    broad: z.array(z.object({ entry: text, addresses: text.exactOptional() })).exactOptional(),
  }),
  event('changed-meanwhile', { target: text, came: texts, gone: texts, undone: yes.exactOptional() }),
  event('device-does-not-pull', {
    target: text,
    feed: text,
    device: text,
    since: time,
    has: z.enum(['current', 'old', 'nothing']),
    pullEvery: z.number(),
    refusedAt: time.exactOptional(),
  }),
  event('target-near-limit', { target: text, entries: z.int(), room: z.int() }),
] as const;

const serviceEvents = [
  event('record-set-aside', { record: z.enum(['decision', 'run', 'state']), text }),
  event('record-stops-runs', { text }),
  event('queues-shared', { other: text }),
  event('channel-down', { channel: text, since: time, text }),
] as const;

export const toldEvent = component<ToldEvent>()(
  'Event',
  z
    .discriminatedUnion('kind', [...sourceEvents, ...configEvents, ...tagEvents, ...targetEvents, ...serviceEvents])
    .describe('What happened, for programs; `words` is for people. A newer service may know more kinds.'),
);
