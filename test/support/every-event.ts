import type { DomainEvent } from '../../src/core/event.ts';
import type { OutcomeError } from '../../src/core/reason.ts';
import type { EventKind, EventOf } from '../../src/messages/text.ts';

/** One event of a kind, and what is special about it: no words for the usual one. */
interface Sample<K extends EventKind> {
  readonly when: string;
  readonly event: EventOf<K>;
}

const reason = (rule: string, text: string, next: string) => ({ rule, text, next });
const asked = [
  reason('lost-share', '256 of 512 IPv4 addresses (50 %) are gone; the limit is 10 %', 'answer keep or remove'),
];
const prefixes = ['20.60.0.0/24'];
const digest = '0123456789abcdef'.repeat(4);
const file = 'ServiceTags_Public_20240129.json';
const at = '2024-01-24T04:00:00.000Z';
const hold = 'Storage.WestUS-loss-290-1a2b3c4d';
const tag = 'Storage.WestUS';
const part = '3f17ae254feedaf3';
const opened = {
  kind: 'hold-opened',
  hold,
  tag,
  of: 'loss',
  changeNumber: 290,
  prefixes,
  addresses: { ipv4: '256', ipv6: '0' },
  questions: [],
} as const;
const failed = (when: string, ...errors: OutcomeError[]): Sample<'target-failed'> => ({
  when,
  event: {
    kind: 'target-failed',
    target: 'hub',
    text: 'IP group acr-1: Azure answered with an error',
    errors,
    missing: prefixes,
  },
});
const waits = {
  kind: 'target-waits',
  target: 'hub',
  part,
  direction: 'remove',
  ranges: prefixes,
  reasons: [reason('approval', 'this target asks before every change of this kind', 'approve the part, or decline it')],
} as const;
const accepted = { kind: 'publication-accepted', file, changeNumber: 291, identical: false } as const;
const fresh = {
  kind: 'source-freshness',
  from: 'fresh',
  to: 'late',
  since: at,
  newestDate: '2024-01-22',
  changeNumber: 290,
  ageDays: 17,
} as const;
const foreign = { kind: 'foreign-entries', target: 'hub', count: 1, entries: ['192.0.2.1'], came: 1 } as const;
const danger = {
  kind: 'deadline-in-danger',
  target: 'hub',
  changeNumber: 290,
  tags: [tag],
  missing: prefixes,
  earliest: '2024-01-29T00:00:00.000Z',
  promised: '2024-01-31T00:00:00.000Z',
  leftMs: 92 * 3_600_000,
  reasons: ['the target is paused'],
} as const;
const pulls = {
  kind: 'device-does-not-pull',
  target: 'plant',
  feed: 'plant',
  device: 'firewall-1',
  since: at,
  has: 'old',
  pullEvery: 4,
} as const;

/** Events of every kind, in every way that changes what a person does about them. Their targets: hub, plant; their registry: contoso. */
export const everyEvent: { readonly [K in EventKind]: readonly Sample<K>[] } = {
  'publication-accepted': [
    { when: 'as usual', event: accepted },
    {
      when: 'a tag that is held by a target was set aside',
      event: { ...accepted, setAside: [{ tag, why: 'it overlaps', selected: true }], setAsideCount: 1, digest },
    },
    {
      when: 'a tag that is held by a target has older content',
      event: {
        ...accepted,
        setAside: [{ tag, why: 'its number went back', selected: true, stale: true }],
        setAsideCount: 1,
        digest,
      },
    },
  ],
  'publication-refused': [
    { when: '', event: { kind: 'publication-refused', file, reasons: ['values[12]: expected a tag'], digest } },
    {
      when: 'nothing of it can be read',
      event: { kind: 'publication-refused', file, reasons: ['expected JSON, got something else'] },
    },
  ],
  'publication-waits': [
    { when: '', event: { kind: 'publication-waits', file, reasons: ['its number is 50 above the last one'], digest } },
  ],
  'source-unreachable': [{ when: '', event: { kind: 'source-unreachable', text: 'no answer within 60 s' } }],
  'source-freshness': [
    { when: 'late', event: fresh },
    { when: 'stale', event: { ...fresh, from: 'late', to: 'stale', ageDays: 26 } },
    { when: 'fresh again', event: { ...fresh, from: 'stale', to: 'fresh', ageDays: 2 } },
    {
      when: 'a file would add addresses and was not accepted',
      event: { ...fresh, to: 'suspect', suspect: { file, digest, gains: [{ tag, prefixes }] } },
    },
  ],
  'source-disagreement': [
    {
      when: '',
      event: {
        kind: 'source-disagreement',
        way: 'latest',
        finding: 'adds',
        text: 'it is ahead',
        tags: [{ tag, onlyHere: [], onlyThere: prefixes }],
      },
    },
  ],
  'deadline-in-danger': [
    { when: '', event: danger },
    { when: 'the file that announces it was not accepted', event: { ...danger, notAccepted: file } },
    {
      when: 'it is suspicious and waits for an answer',
      event: { ...danger, suspicious: ['Storage.WestUS-gain-290-1a2b3c4d'], reasons: ['10.0.0.0/8 is private'] },
    },
  ],
  'tag-changed': [{ when: '', event: { kind: 'tag-changed', tag, changeNumber: 290, gained: prefixes, lost: [] } }],
  'tag-vanished': [{ when: '', event: { kind: 'tag-vanished', tag, changeNumber: 290 } }],
  'tag-returned': [{ when: '', event: { kind: 'tag-returned', tag, changeNumber: 290 } }],
  'hold-opened': [
    { when: 'a loss that a person decides', event: { ...opened, questions: asked } },
    { when: 'a loss that the parents of the tag keep', event: { ...opened, settled: 'kept' } },
    { when: 'a loss that waits for the clock', event: { ...opened, settled: 'clock' } },
    {
      when: 'a suspicious gain',
      event: {
        ...opened,
        hold: 'Storage.WestUS-gain-290-1a2b3c4d',
        of: 'gain',
        questions: [reason('reserved-range', '10.0.0.0/8 is private', 'answer allow or block')],
      },
    },
  ],
  'hold-settled': [{ when: '', event: { kind: 'hold-settled', hold, tag, how: 'kept', prefixes, questions: 1 } }],
  'hold-shrunk': [
    { when: '', event: { kind: 'hold-shrunk', hold, tag, of: 'loss', prefixes, left: ['20.61.0.0/24'] } },
  ],
  'hold-ended': [
    {
      when: 'returned',
      event: { kind: 'hold-ended', hold, tag, of: 'loss', how: 'returned', prefixes, by: 'it came back' },
    },
    {
      when: 'released',
      event: { kind: 'hold-ended', hold, tag, of: 'loss', how: 'released', prefixes, by: 'the clock' },
    },
  ],
  'hold-reminder': [
    {
      when: 'of a loss',
      event: { kind: 'hold-reminder', hold, tag, of: 'loss', since: at, prefixes, questions: asked },
    },
    {
      when: 'of a gain',
      event: { kind: 'hold-reminder', hold, tag, of: 'gain', since: at, prefixes, questions: asked },
    },
  ],
  'target-reminder': [{ when: '', event: { ...waits, kind: 'target-reminder', since: at } }],
  'target-changed': [{ when: '', event: { kind: 'target-changed', target: 'hub', added: prefixes, removed: [] } }],
  'target-failed': [
    failed('permission', { kind: 'forbidden', code: 'AuthorizationFailed', status: 403 }),
    failed('lock', { kind: 'locked', code: 'ScopeLocked', status: 409 }),
    failed('policy', { kind: 'policy', code: 'RequestDisallowedByPolicy', status: 403 }),
    failed('conflict', { kind: 'conflict', status: 412 }),
    failed('conflict, superseded', { kind: 'superseded', code: 'CanceledAndSupersededDueToAnotherOperation' }),
    failed('busy', { kind: 'busy', code: 'AnotherOperationInProgress', status: 409 }),
    failed('throttled', { kind: 'throttled', code: 'TooManyRequests', status: 429 }),
    failed('quota', { kind: 'busy', code: 'QuotaExceeded', status: 409 }),
    failed('network', { kind: 'transient', code: 'ECONNRESET' }),
    failed('service', { kind: 'transient', status: 503 }),
    failed('not-found', { kind: 'invalid', code: 'ResourceGroupNotFound', status: 404 }),
    failed('invalid', { kind: 'invalid', code: 'SecurityRuleConflict', status: 400 }),
    failed('failed-state', { kind: 'failed-state', code: 'IpGroupsUpdateFailed' }),
    failed('unreadable', { kind: 'unreadable' }),
    failed('internal', { kind: 'internal' }),
    failed('unknown'),
  ],
  'target-refused': [
    {
      when: '',
      event: {
        kind: 'target-refused',
        target: 'hub',
        reasons: [reason('first-contact', 'acr-1 holds 212 entries and carries no mark of ours', 'set "adopt": true')],
      },
    },
  ],
  'target-waits': [
    { when: 'for a person', event: waits },
    {
      when: 'for its hour',
      event: { ...waits, reasons: [reason('window', 'the window opens on Sunday', 'wait for it')] },
    },
  ],
  'target-drift': [
    { when: '', event: { kind: 'target-drift', target: 'hub', added: prefixes, removed: ['192.0.2.0/24'] } },
    {
      when: 'everything was gone',
      event: { kind: 'target-drift', target: 'hub', added: prefixes, removed: [], whole: true },
    },
  ],
  'foreign-entries': [
    { when: '', event: foreign },
    {
      when: 'one lets in more than the list',
      event: { ...foreign, broad: [{ entry: '0.0.0.0/1', addresses: '2147483648' }] },
    },
  ],
  'changed-meanwhile': [
    { when: '', event: { kind: 'changed-meanwhile', target: 'hub', came: ['192.0.2.1'], gone: ['192.0.2.2'] } },
    {
      when: 'they undid the write',
      event: { kind: 'changed-meanwhile', target: 'hub', came: [], gone: [], undone: true },
    },
  ],
  'target-near-limit': [{ when: '', event: { kind: 'target-near-limit', target: 'hub', entries: 4_120, room: 5_000 } }],
  'target-orphaned': [{ when: '', event: { kind: 'target-orphaned', target: 'gone' } }],
  'control-changed': [
    {
      when: 'a pause begins',
      event: { kind: 'control-changed', control: 'pause', begins: true, target: 'hub', by: 'on call', why: 'upgrade' },
    },
    {
      when: 'a pin begins',
      event: {
        kind: 'control-changed',
        control: 'pin',
        begins: true,
        by: 'on call',
        why: 'pulls fail',
        changeNumber: 289,
      },
    },
    { when: 'one ends', event: { kind: 'control-changed', control: 'pause', begins: false, by: 'on call', why: '' } },
  ],
  'channel-down': [{ when: '', event: { kind: 'channel-down', channel: 'ops', since: at, text: 'it answered 410' } }],
  'config-refused': [
    {
      when: '',
      event: {
        kind: 'config-refused',
        from: 'service-tag-sync.json',
        digest,
        text: 'lists.west: expected tags',
        inForce: digest,
        inForceSince: at,
      },
    },
  ],
  'queues-shared': [{ when: '', event: { kind: 'queues-shared', other: 'acme/Public' } }],
  'record-set-aside': [
    { when: '', event: { kind: 'record-set-aside', record: 'decision', text: 'a row has no seal' } },
  ],
  'record-stops-runs': [{ when: '', event: { kind: 'record-stops-runs', text: 'the ledger does not fit its seal' } }],
  'device-does-not-pull': [
    { when: '', event: pulls },
    { when: 'it was refused', event: { ...pulls, refusedAt: at } },
  ],
  'registry-unreadable': [
    {
      when: '',
      event: { kind: 'registry-unreadable', registry: 'contoso', text: 'AuthorizationFailed', saysSince: at },
    },
  ],
  'registry-readable': [{ when: '', event: { kind: 'registry-readable', registry: 'contoso', since: at } }],
  'registry-changed': [
    {
      when: '',
      event: {
        kind: 'registry-changed',
        registry: 'contoso',
        regionsAdded: ['northeurope'],
        regionsRemoved: [],
        dataEndpoints: [],
      },
    },
  ],
  'registry-without-tag': [
    { when: '', event: { kind: 'registry-without-tag', registry: 'contoso', regions: ['mexicocentral'] } },
  ],
};

/** All of them, in their order. */
export const samples: readonly { readonly kind: EventKind; readonly when: string; readonly event: DomainEvent }[] =
  Object.values(everyEvent).flatMap((some) => some.map(({ when, event }) => ({ kind: event.kind, when, event })));
