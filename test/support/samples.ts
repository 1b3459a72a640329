import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import type { PauseDecision } from '../../src/core/decisions/decision.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { entries, entriesOf } from '../../src/core/plan/entries.ts';
import type { TargetMemory } from '../../src/core/plan/memory.ts';
import type { Outcome, Plan } from '../../src/core/plan/plan-types.ts';
import type { Publication } from '../../src/core/publication/publication.ts';
import type { Closing, Intent } from '../../src/ports/runs.ts';
import type { Change } from '../../src/ports/store.ts';

/** `count` distinct /32 prefixes, none next to another. */
export function prefixes(count: number, first = 10): string[] {
  return Array.from({ length: count }, (_, i) => `${first}.${(i >> 15) & 255}.${(i >> 7) & 255}.${(i & 127) * 2}/32`);
}

export const samplePublication: Publication = {
  cloud: 'Public',
  digest: 'ab'.repeat(32),
  valuesDigest: 'ba'.repeat(32),
  changeNumber: 277,
  file: 'ServiceTags_Public_20240115.json',
  date: '2024-01-15',
  dateEstimated: false,
  bytes: 4_000_000,
  provenance: { via: 'folder', url: 'file:///ServiceTags_Public_20240115.json', fetchedAt: '2024-01-15T08:00:00.000Z' },
};

export function sampleOutcome(target: string, fields: Partial<Outcome> = {}): Outcome {
  return {
    target,
    subject: 'group-1',
    result: 'done',
    added: ['192.0.2.0/24'],
    removed: [],
    text: 'Brachte 256 Adressen für „Straße“ ein 🚢',
    writes: 1,
    at: '2024-01-15T08:01:00.000Z',
    ...fields,
  };
}

export function samplePlan(target: string, entries: readonly string[] = ['192.0.2.0/24']): Plan {
  return {
    target,
    kind: 'ip-group',
    list: 'pulls',
    mode: 'sync',
    approvals: [],
    parts: [
      {
        id: `part-${target}`,
        direction: 'add',
        steps: entries.map((prefix) => ({
          prefix,
          cause: { kind: 'publication', changeNumber: 277, tag: 'Storage.WestUS' },
        })),
        addresses: { ipv4: String(entries.length), ipv6: '0' },
        verdict: { kind: 'go' },
      },
    ],
    before: { ipv4: [], ipv6: [] },
    base: [],
    changes: [{ key: 'group-1', family: 'ipv4', action: 'create', entries, added: entries, removed: [] }],
    expected: [{ key: 'group-1', digest: 'cd'.repeat(32), entries: entries.length }],
    owned: { ipv4: entries, ipv6: [] },
    foreign: [],
    refusals: [],
    notes: [],
  };
}

export function sampleIntent(run: string, fields: Partial<Intent> = {}): Intent {
  return {
    run,
    generation: 1,
    startedAt: '2024-01-15T08:00:00.000Z',
    trigger: 'timer',
    configHash: 'ef'.repeat(32),
    publication: samplePublication,
    ledgerBefore: 'before',
    ledgerAfter: 'after',
    lanes: [{ lane: 'sub/rg/östlich', targets: ['east', 'west'] }],
    targets: ['east', 'west'],
    events: [{ kind: 'source-unreachable', text: 'no answer' }],
    outcomes: [],
    ...fields,
  };
}

export const sampleClosing: Closing = {
  status: 'applied',
  closedAt: '2024-01-15T08:02:00.000Z',
  events: [{ kind: 'target-changed', target: 'east', added: ['192.0.2.0/24'], removed: [] }],
};

const loss = PrefixSet.from('ipv4', ['203.0.113.0/24']);
const none6 = PrefixSet.empty('ipv6');

export function sampleLedger(count = 1): Ledger {
  return {
    cloud: 'Public',
    accepted: samplePublication,
    count,
    judgedAt: '2024-01-15T08:00:00.000Z',
    tags: new Map([
      [
        'Storage.WestUS',
        {
          tag: 'Storage.WestUS',
          changeNumber: 12,
          published: {
            ipv4: PrefixSet.from('ipv4', ['192.0.2.0/25', '192.0.2.128/25']),
            ipv6: PrefixSet.from('ipv6', ['2001:db8::/32']),
          },
          publishedPrefixes: ['192.0.2.0/25', '192.0.2.128/25', '2001:db8::/32'],
          holds: [
            {
              id: 'hold-1',
              tag: 'Storage.WestUS',
              kind: 'loss',
              publication: { changeNumber: 277, date: '2024-01-15', digest: 'ab'.repeat(32) },
              since: '2024-01-15T08:00:00.000Z',
              count: 1,
              held: { ipv4: loss, ipv6: none6 },
              opened: { ipv4: loss, ipv6: none6 },
              grounds: [
                { reason: { rule: 'lost-share', text: '256 of 512', next: 'answer the hold' }, concerns: [['ipv4']] },
              ],
              questions: [{ rule: 'lost-share', text: '256 of 512', next: 'answer the hold' }],
            },
          ],
          releases: [
            {
              hold: 'hold-0',
              at: '2024-01-01T08:00:00.000Z',
              by: 'clock',
              prefixes: { ipv4: PrefixSet.from('ipv4', ['198.51.100.0/24']), ipv6: none6 },
            },
          ],
        },
      ],
      [
        'AzureGone',
        {
          tag: 'AzureGone',
          changeNumber: 3,
          published: { ipv4: PrefixSet.empty('ipv4'), ipv6: none6 },
          publishedPrefixes: [],
          vanished: { at: '2024-01-15T08:00:00.000Z', changeNumber: 277 },
          holds: [],
          releases: [],
        },
      ],
    ]),
  };
}

export function sampleMemory(target: string, owned: readonly string[] = ['192.0.2.0/24']): TargetMemory {
  return {
    target,
    kind: 'ip-group',
    grants: [
      {
        entries: entriesOf([...owned, '2001:db8::/32']),
        cause: { kind: 'publication', changeNumber: 200, tag: 'Storage.WestUS' },
        since: '2024-01-15T08:00:00.000Z',
        run: 'run-1',
        decisions: [{ id: 'w', by: 'on call', at: '2024-01-15T07:00:00.000Z', why: 'a test', ticket: 'CHG-1' }],
      },
    ],
    tags: ['Storage.WestUS'],
    followed: { 'origin#all': ['Storage.WestUS'] },
    holds: [
      {
        id: 'hold-1',
        cause: 'config',
        since: '2024-01-15T08:00:00.000Z',
        count: 1,
        held: entries({ ipv4: loss, ipv6: none6 }, ['gone.example.net']),
      },
    ],
    drift: [{ ranges: ['192.0.2.0/24'], times: 2, lastAt: '2024-01-14T08:00:00.000Z' }],
    failures: [{ unit: 'g-1', tries: 1, since: '2024-01-14T08:00:00.000Z' }],
  };
}

export function sampleChange(fields: Partial<Change> = {}): Change {
  return {
    target: 'east',
    list: 'pulls',
    run: 'run-1',
    at: '2024-01-15T08:01:00.000Z',
    direction: 'add',
    prefix: '192.0.2.0/24',
    cause: { kind: 'publication', changeNumber: 277, tag: 'Storage.WestUS' },
    ...fields,
  };
}

export function sampleWord(id: string, fields: Partial<PauseDecision> = {}): PauseDecision {
  return {
    kind: 'pause',
    id,
    at: '2024-01-15T08:00:00.000Z',
    by: { name: 'Änne', how: 'claimed' },
    why: 'moving the „hub“ 🚢',
    ...fields,
  };
}

/** A kept file that was refused. */
export const refusedPublication = {
  digest: 'd',
  file: 'f.json',
  firstSeen: '2024-01-15',
  status: 'refused',
  reasons: [],
} as const;
