import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DomainEvent } from '../../src/core/event.ts';
import type { Notice } from '../../src/core/notice.ts';
import { digestOf } from '../../src/messages/news.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { countNotices } from '../bench/count-notices.ts';
import { placesFor } from '../support/places.ts';
import { publicPublications } from '../support/real-publications.ts';

interface Told {
  readonly file: string;
  readonly events: readonly DomainEvent[];
  readonly notices: readonly Notice[];
}

/**
 * Notices of every kind, by the name of their golden file. Those about publications are what the judge says of the real
 * ones; those about targets are made up around the addresses that publication 290 really gained.
 */
export async function goldenNotices(): Promise<ReadonlyMap<string, Notice>> {
  const ordinary = await tellAll(['WestEurope', 'NorthEurope'], '20241021', '20241104');
  const january = await tellAll(['WestUS'], '20240115', '20240205');
  const north = await tellAll(['NorthEurope'], '20240115', '20240122');
  const vanished = await tellAll(vanishedIn239, '20230123', '20230130');
  // What a service asks whose operators let parents not count.
  const januaryAsked = await tellAll(['WestUS'], '20240115', '20240122', false);
  const vanishedAsked = await tellAll(vanishedIn239, '20230123', '20230130', false);
  const korea = await tellAll(['KoreaSouth', 'KoreaCentral'], '20230327', '20230410');
  const file290 = january.find(({ file }) => file.includes('20240122'));
  if (!file290) throw new Error('expected notices of file 290');
  const golden = new Map<string, Notice>([
    ['changed', pick(ordinary, 'changed', 'ServiceTags_Public_20241104.json')],
    ['changed-korea-south-248', pick(korea, 'changed', 'ServiceTags_Public_20230403.json')],
    ['kept-january-2024', pick(january, 'kept')],
    ['kept-vanished-regions', pick(vanished, 'kept')],
    ['question-january-2024', pick(januaryAsked, 'question')],
    ['question-vanished-regions', pick(vanishedAsked, 'question')],
    ['hold-ended-january-2024', pick(january, 'hold-ended')],
    ['kept', pick(north, 'kept')],
  ]);
  const gained = file290.events.flatMap((event) => (event.kind === 'tag-changed' ? event.gained : []));
  for (const [name, events] of madeUp(gained)) {
    const [notice, ...more] = noticesOf(events, occasionOf('ServiceTags_Public_20240122.json', ['WestUS']));
    if (!notice || (more.length > 0 && name !== 'failed')) throw new Error(`expected one notice of ${name}`);
    const wanted = [notice, ...more].find(({ kind }) => name.startsWith(kind));
    if (!wanted) throw new Error(`expected a notice of kind ${name}, got ${notice.kind}`);
    golden.set(name, wanted);
  }
  const waited = ['question-january-2024', 'failed', 'hold-ended-january-2024']
    .map((name) => golden.get(name))
    .filter((one) => one !== undefined);
  golden.set('digest', digestOf(waited, 3, 'while this channel could not be reached'));
  return golden;
}

/** Of the eleven Storage regions that publication 239 dropped, those a customer could use. */
const vanishedIn239 = ['IsraelCentral', 'PolandCentral', 'ItalyNorth', 'SpainCentral'];

function madeUp(gained: readonly string[]): [string, DomainEvent[]][] {
  const reason = (rule: string, text: string, next: string) => ({ rule, text, next });
  const some = gained.slice(0, 2);
  return [
    [
      'failed',
      [
        {
          kind: 'target-failed',
          target: 'hub-westus',
          text: 'the group is locked (ScopeLocked): remove the lock "do-not-touch" on rg-network',
          errors: [{ kind: 'locked', code: 'ScopeLocked', status: 409 }],
          missing: gained,
        },
        { kind: 'target-changed', target: 'agents-westus', added: gained, removed: [] },
      ],
    ],
    [
      'refused',
      [
        {
          kind: 'target-refused',
          target: 'hub-westus',
          reasons: [
            reason(
              'first-contact',
              'registries-westus-1 holds 212 entries and carries no mark of ours',
              'set "adopt": true to take it over, or choose another name',
            ),
          ],
        },
      ],
    ],
    ['drift', [{ kind: 'target-drift', target: 'hub-westus', added: some, removed: ['192.0.2.0/24'] }]],
    [
      'drift-foreign-entries',
      [
        {
          kind: 'foreign-entries',
          target: 'hub-westus',
          count: 212,
          came: 2,
          entries: ['192.0.2.1', '192.0.2.8/29'],
          gone: ['192.0.2.77'],
        },
      ],
    ],
    [
      'drift-whole',
      [{ kind: 'target-drift', target: 'hub-westus', added: some, removed: [], whole: true, unmarked: ['acr-1'] }],
    ],
    [
      'waits-broad-foreign-entry',
      [
        {
          kind: 'target-waits',
          target: 'hub-westus',
          part: '0123456789abcdef',
          direction: 'remove',
          ranges: ['0.0.0.0/1'],
          reasons: [
            {
              rule: 'broad-foreign-entry',
              text: 'not written by this service and broader than the list, which lets in 2,264 addresses: 0.0.0.0/1 in acr-1 (2,147,483,648 addresses)',
              next: 'approve this part to have it taken out, or decline it to leave it there; the activity log of the resource names who wrote it',
            },
          ],
        },
      ],
    ],
    [
      'source-refused',
      [
        {
          kind: 'publication-refused',
          file: 'ServiceTags_Public_20240129.json',
          reasons: ['values[12].properties.addressPrefixes: expected prefixes, got nothing'],
        },
      ],
    ],
    [
      'source-waits',
      [
        {
          kind: 'publication-waits',
          file: 'ServiceTags_Public_20240129.json',
          reasons: ['number 340 is 50 above the last accepted, 290; at most 25 are usual'],
        },
      ],
    ],
    [
      'source-in-part',
      [
        {
          kind: 'publication-accepted',
          file: 'ServiceTags_Public_20240129.json',
          changeNumber: 291,
          identical: false,
          setAside: [
            {
              tag: 'Storage.WestUS',
              why: 'values[12].properties.addressPrefixes[3]: expected prefixes that do not overlap, got "20.60.0.0/25" inside "20.60.0.0/24" in Storage.WestUS',
              selected: true,
            },
            {
              tag: 'AzureContainerRegistry.WestUS',
              why: 'changeNumber of AzureContainerRegistry.WestUS: expected at least 9, as it is in force, got 8, that of older content',
              selected: true,
              stale: true,
            },
            { tag: 'Sql', why: 'values[7].id: expected the tag\'s name "Sql", got nothing', selected: false },
          ],
          setAsideCount: 3,
          digest: '0123456789abcdef'.repeat(4),
        },
      ],
    ],
    ['source-unreachable', [{ kind: 'source-unreachable', text: 'download page: no answer within 60 s, three times' }]],
    [
      'source-stale',
      [
        {
          kind: 'source-freshness',
          from: 'late',
          to: 'stale',
          since: '2024-02-08T00:00:00.000Z',
          newestDate: '2024-01-22',
          changeNumber: 290,
          ageDays: 26,
        },
      ],
    ],
    [
      'deadline',
      [
        {
          kind: 'deadline-in-danger',
          target: 'hub-westus',
          changeNumber: 290,
          tags: ['Storage.WestUS'],
          missing: gained,
          earliest: '2024-01-29T00:00:00.000Z',
          promised: '2024-01-31T00:00:00.000Z',
          leftMs: 92 * 3_600_000,
          reasons: ['the group is locked (ScopeLocked)'],
        },
      ],
    ],
    [
      'waits',
      [
        {
          kind: 'target-waits',
          target: 'hub-westus',
          part: '3f17ae254feedaf3',
          direction: 'remove',
          ranges: some,
          reasons: [
            reason(
              'approval',
              'this target asks before every change of this kind',
              'approve the part, or keep the ranges as they are',
            ),
          ],
        },
      ],
    ],
    [
      'waits-reminder',
      [
        {
          kind: 'target-reminder',
          target: 'hub-westus',
          part: '3f17ae254feedaf3',
          direction: 'remove',
          ranges: some,
          since: '2024-01-18T04:00:00.000Z',
          reasons: [
            reason(
              'approval',
              'this target asks before every change of this kind',
              'approve the part, or keep the ranges as they are',
            ),
          ],
        },
      ],
    ],
    [
      'question-reminder',
      [
        {
          kind: 'hold-reminder',
          hold: 'Storage.WestUS-loss-290-1a2b3c4d',
          tag: 'Storage.WestUS',
          of: 'loss',
          since: '2024-01-24T04:00:00.000Z',
          prefixes: some,
          questions: [
            reason(
              'lost-share',
              '8,576 of 10,880 IPv4 addresses (78.8 %) are gone; the limit is 10.0 %',
              'answer remove, keep until a date, or keep without an end',
            ),
          ],
        },
      ],
    ],
    ['limit', [{ kind: 'target-near-limit', target: 'hub-westus', entries: 4_120, room: 5_000 }]],
    [
      'control-paused',
      [
        {
          kind: 'control-changed',
          control: 'pause',
          begins: true,
          target: 'hub-westus',
          by: 'on call',
          why: 'firewall upgrade, CHG0042137',
          until: '2024-01-26T06:00:00.000Z',
        },
      ],
    ],
    [
      'control-resumed',
      [{ kind: 'control-changed', control: 'pause', begins: false, target: 'hub-westus', by: 'on call', why: '' }],
    ],
    [
      'control-pinned',
      [
        {
          kind: 'control-changed',
          control: 'pin',
          begins: true,
          by: 'on call',
          why: 'pulls fail since Tuesday',
          until: '2024-01-30T00:00:00.000Z',
          changeNumber: 289,
        },
      ],
    ],
    ['control-orphaned', [{ kind: 'target-orphaned', target: 'hub-westus' }]],
    [
      'device',
      [
        {
          kind: 'device-does-not-pull',
          target: 'factory',
          feed: 'factory',
          device: 'firewall-1',
          since: '2024-01-24T04:00:00.000Z',
          has: 'old',
          pullEvery: 4,
          refusedAt: '2024-01-25T03:00:00.000Z',
        },
      ],
    ],
    [
      'registry',
      [
        {
          kind: 'registry-changed',
          registry: 'contoso',
          regionsAdded: ['northeurope'],
          regionsRemoved: [],
          dataEndpoints: [],
        },
      ],
    ],
    [
      'registry-unreadable',
      [
        {
          kind: 'registry-unreadable',
          registry: 'contoso',
          text: 'AuthorizationFailed: Microsoft.ContainerRegistry/registries/read is missing on rg-network',
          saysSince: '2024-01-24T04:00:00.000Z',
        },
      ],
    ],
    [
      'channel',
      [
        {
          kind: 'channel-down',
          channel: 'ops',
          since: '2024-01-25T04:00:00.000Z',
          text: 'the Teams address in the setting TEAMS_URL: it answered 410; its receiver is gone: make a new one and put its address into that setting',
        },
      ],
    ],
  ];
}

function pick(told: readonly Told[], kind: Notice['kind'], file?: string): Notice {
  const found = told
    .filter((one) => file === undefined || one.file === file)
    .flatMap(({ notices }) => notices)
    .find((notice) => notice.kind === kind);
  if (!found) throw new Error(`expected a notice of kind ${kind}${file ? ` after ${file}` : ''}`);
  return found;
}

/** What each of some real publications leads to, told three days and four hours after its date, as is usual. */
async function tellAll(regions: readonly string[], first: string, last: string, parentsCount = true): Promise<Told[]> {
  const folder = mkdtempSync(join(tmpdir(), 'service-tag-sync-'));
  try {
    for (const path of publicPublications(first, last)) symlinkSync(path, join(folder, basename(path)));
    const told: Told[] = [];
    await countNotices({
      folder,
      config: configFor(regions, parentsCount),
      onEvents: (_now, events) => {
        const accepted = events.find((event) => event.kind === 'publication-accepted');
        if (accepted?.kind !== 'publication-accepted') return;
        told.push({ file: accepted.file, events, notices: noticesOf(events, occasionOf(accepted.file, regions)) });
      },
    });
    return told;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function occasionOf(file: string, regions: readonly string[]) {
  const { config, places } = placesFor(rawConfig(regions), 'https://sync.contoso.example');
  const { lists, targets } = config;
  const date = /(\d{4})(\d{2})(\d{2})/.exec(file)?.slice(1).join('-') ?? '';
  const at = new Date(Date.parse(date) + 76 * 3_600_000).toISOString();
  return { at, run: 'r-golden', publication: { changeNumber: 0, file, date }, lists, targets, places };
}

function configFor(regions: readonly string[], parentsCount: boolean) {
  return placesFor(rawConfig(regions, parentsCount)).config;
}

function rawConfig(regions: readonly string[], parentsCount = true): object {
  const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
  const lists: Record<string, object> = {};
  const targets: Record<string, object> = {};
  for (const region of regions) {
    const name = region.toLowerCase();
    lists[name] = { tags: [`AzureContainerRegistry.${region}`, `Storage.${region}`], families: ['ipv4', 'ipv6'] };
    const common = { mode: 'sync', list: name, ...place };
    targets[`hub-${name}`] = { kind: 'ip-group', ...common, name: `registries-${name}`, location: name };
    targets[`agents-${name}`] = { kind: 'nsg', ...common, nsg: `nsg-${name}`, rule: 'registries', priority: 200 };
  }
  return { lists, targets, policy: { parentsCount } };
}
