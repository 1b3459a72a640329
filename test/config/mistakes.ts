import { expect } from 'vitest';
import type { ConfigIssue } from '../../src/config/issue.ts';
import { document, target } from './sound-document.ts';

const registryId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso';

const localForm = 'a local date or time without offset, such as 2030-12-20 or 2030-12-20T18:00';

/** One mistake each: the text, and what must be said of it. */
export const mistakes: readonly [string, string, Partial<ConfigIssue>][] = [
  ['an unknown key', document({ instnce: 'x' }), { path: 'instnce', hint: 'did you mean "instance"?' }],
  [
    "an unknown key among a kind's own",
    document({ targets: { hub: target({ boxx: 1 }) } }),
    { path: 'targets.hub.boxx', hint: 'did you mean "box"?' },
  ],
  [
    'an unknown kind',
    document({ targets: { hub: target({ kind: 'box5' }) } }),
    { path: 'targets.hub.kind', expected: 'one of "box4", "box46"', got: '"box5"', hint: 'did you mean "box4"?' },
  ],
  [
    'no mode',
    document({ targets: { hub: { kind: 'box4', list: 'west', box: 'b' } } }),
    { path: 'targets.hub.mode', expected: 'one of "sync", "add-only", "report-only"', got: 'nothing' },
  ],
  ['a number for a text', document({ instance: 7 }), { path: 'instance', expected: 'a text', got: '7' }],
  [
    'an instance that no key can begin with',
    document({ instance: 'Contoso/1' }),
    { path: 'instance', got: '"Contoso/1"' },
  ],
  ['a target id of another form', document({ targets: { 'Hub!': target({}) } }), { path: 'targets["Hub!"]' }],
  ['another version', document({ schema: 2 }), { path: 'schema', expected: '1', got: '2' }],
  ['another cloud', document({ cloud: 'public' }), { path: 'cloud', hint: 'did you mean "Public"?' }],
  ['a cloud that is like no other', document({ cloud: 'Germany' }), { path: 'cloud', got: '"Germany"', hint: '' }],
  [
    'a registry of which nothing is said',
    document({ registries: { r: {} } }),
    { path: 'registries.r', got: 'an object' },
  ],
  [
    'a target of addresses with a list of names',
    document({ lists: { west: { names: ['mcr.microsoft.com'] } } }),
    { path: 'targets.hub.list', got: '"west", which has none' },
  ],
  [
    'a host name that is none',
    document({ lists: { west: { tags: ['Storage.WestUS'], names: ['https://mcr.microsoft.com'] } } }),
    { path: 'lists.west.names[0]', got: '"https://mcr.microsoft.com"' },
  ],
  [
    'a registry by id and by hand',
    document({ registries: { r: { resourceId: registryId, regions: ['westus'] } } }),
    { path: 'registries.r.regions', hint: '' },
  ],
  [
    'a resource id of something else',
    document({ registries: { r: { resourceId: registryId.replace('registries', 'webhooks') } } }),
    { path: 'registries.r.resourceId' },
  ],
  [
    'a list of a registry that is not there',
    document({
      lists: { west: { registries: [{ registry: 'contosso', part: 'all' }] } },
      registries: { contoso: { resourceId: registryId } },
    }),
    { path: 'lists.west.registries[0].registry', got: '"contosso"', hint: 'did you mean "contoso"?' },
  ],
  [
    'a list that does not exist',
    document({ targets: { hub: target({ list: 'wets' }) } }),
    { path: 'targets.hub.list', expected: 'one of west', got: '"wets"', hint: 'did you mean "west"?' },
  ],
  [
    'a list that selects nothing',
    document({ lists: { west: { families: ['ipv4'] } } }),
    { path: 'lists.west', got: 'none of them' },
  ],
  [
    'a tag twice',
    document({ lists: { west: { tags: ['A.B', 'A.C', 'A.B'] } } }),
    { path: 'lists.west.tags[2]', got: 'A.B again' },
  ],
  [
    'a list of IPv6 in a kind of IPv4',
    document({ lists: { west: { tags: ['A'], families: ['ipv6'] } } }),
    { path: 'targets.hub.list', got: '"west", which is ipv6 only' },
  ],
  [
    'host bits',
    document({ lists: { west: { prefixes: ['203.0.113.7/24'] } } }),
    { path: 'lists.west.prefixes[0]', expected: expect.stringContaining('203.0.113.0/24') },
  ],
  [
    'a range',
    document({ lists: { west: { prefixes: ['203.0.113.0-203.0.113.2'] } } }),
    { path: 'lists.west.prefixes[0]', hint: 'these prefixes are the range: 203.0.113.0/31, 203.0.113.2/32' },
  ],
  ['no address', document({ lists: { west: { prefixes: ['here'] } } }), { path: 'lists.west.prefixes[0]' }],
  [
    'an IPv6 prefix in a list of IPv4',
    document({ lists: { west: { prefixes: ['2001:db8::/48'] } } }),
    { path: 'lists.west.prefixes[0]', hint: 'add "ipv6" to the list\'s families, or remove the prefix' },
  ],
  [
    'an exception without an owner',
    document({ lists: { west: { always: [{ prefix: '192.0.2.1', reason: 'r' }] } } }),
    { path: 'lists.west.always[0].owner', got: 'nothing' },
  ],
  [
    'an impossible expiry',
    document({
      lists: { west: { always: [{ prefix: '192.0.2.1', reason: 'r', owner: 'o', expires: '2027-02-30' }] } },
    }),
    { path: 'lists.west.always[0].expires', got: '"2027-02-30"' },
  ],
  [
    'an exception both ways',
    document({
      lists: {
        west: {
          always: [{ prefix: '192.0.2.1', reason: 'r', owner: 'o' }],
          never: [{ prefix: '192.0.2.0/24', reason: 'r', owner: 'o' }],
        },
      },
    }),
    { path: 'lists.west.always[0].prefix' },
  ],
  [
    'two targets in one resource, spelt in two ways',
    document({ targets: { hub: target({}), spoke: target({ box: 'B1' }) } }),
    { path: 'targets.spoke', got: 'boxes/b1-ipv4-0, which targets.hub writes too' },
  ],
  [
    'an old id that is still in use',
    document({ targets: { hub: target({}), spoke: target({ box: 'b2', formerly: 'hub' }) } }),
    { path: 'targets.spoke.formerly' },
  ],
  [
    'an old id claimed twice',
    document({ targets: { hub: target({ formerly: 'old' }), spoke: target({ box: 'b2', formerly: 'old' }) } }),
    { path: 'targets.spoke.formerly' },
  ],
  [
    'a policy beyond its bounds',
    document({ policy: { lossClockPublications: 1 } }),
    { path: 'policy.lossClockPublications', expected: 'at least 2', got: '1' },
  ],
  [
    'a misspelt setting of a tag',
    document({ policy: { tags: { 'Storage.WestUS': { lossClockDay: 3 } } } }),
    { path: 'policy.tags["Storage.WestUS"].lossClockDay', hint: 'did you mean "lossClockDays"?' },
  ],
  ['a source without its path', document({ source: { kind: 'folder' } }), { path: 'source.path', got: 'nothing' }],
  ...(
    [
      [{ timeZone: 'Europe/Atlantis' }, 'timeZone', 'an IANA time zone, such as Europe/Oslo'],
      [{ timeZone: '+01:00' }, 'timeZone', 'an IANA time zone, such as Europe/Oslo'],
      [{ windows: [{ from: '24:00', to: '04:00' }] }, 'windows[0].from', 'a time from 00:00 to 23:59, such as 22:00'],
      [{ windows: [{ from: '9:00', to: '12:00' }] }, 'windows[0].from', 'a time from 00:00 to 23:59, such as 22:00'],
      [{ windows: [{ from: '22:00', to: '04:00', days: [] }] }, 'windows[0].days', 'at least one day, such as "sat"'],
      [
        { windows: [{ from: '22:00', to: '04:00', days: ['Sat'] }] },
        'windows[0].days[0]',
        'one of "mon", "tue", "wed", "thu", "fri", "sat", "sun"',
      ],
      [
        { windows: [{ from: '22:00', to: '04:00', directions: ['in'] }] },
        'windows[0].directions[0]',
        'one of "add", "remove"',
      ],
      [{ freezes: [{ from: '2026-02-30', to: '2026-03-30', reason: 'r' }] }, 'freezes[0].from', localForm],
      [{ freezes: [{ from: '2026-02-20', to: '2026-03-30T12:00Z', reason: 'r' }] }, 'freezes[0].to', localForm],
      [
        { freezes: [{ from: '2026-02-20', to: '2026-03-30', reason: ' ' }] },
        'freezes[0].reason',
        'why nothing may change then',
      ],
      [
        { freezes: [{ from: '2026-02-20', to: '2026-02-19', reason: 'r' }] },
        'freezes[0].to',
        'an end after the begin, 2026-02-20',
      ],
      [{ breakIfDeadlineUnderHours: 0 }, 'breakIfDeadlineUnderHours', 'at least 1'],
    ] as const
  ).map(([change, path, expected]): (typeof mistakes)[number] => [
    `in change: ${JSON.stringify(change)}`,
    document({ targets: { hub: target({ change }) } }),
    { path: `targets.hub.change.${path}`, expected },
  ]),
  [
    'an approval of another kind',
    document({ targets: { hub: target({ approval: { add: 'sometimes' } }) } }),
    { path: 'targets.hub.approval.add', expected: 'one of "never", "on-suspicion", "always"' },
  ],
  [
    'a ticket pattern that is none',
    document({ answers: { ticket: { pattern: 'CHG(' } } }),
    { path: 'answers.ticket.pattern', got: '"CHG("' },
  ],
  [
    'a ticket pattern that backtracks without an end',
    document({ answers: { ticket: { pattern: '(a+)+b' } } }),
    {
      path: 'answers.ticket.pattern',
      expected: expect.stringContaining('without a repetition of a group'),
      got: '"(a+)+b"',
    },
  ],
  [
    'a ticket pattern that is one only within brackets',
    document({ answers: { ticket: { pattern: 'a)|(b' } } }),
    { path: 'answers.ticket.pattern' },
  ],
  [
    'an example that does not match its pattern as a whole',
    document({ targets: { hub: target({ answers: { ticket: { pattern: 'CHG\\d+', example: 'CHG12 or so' } } }) } }),
    { path: 'targets.hub.answers.ticket.example', expected: 'a ticket that matches CHG\\d+' },
  ],
  [
    'nesting deeper than a stack',
    `{"lists":${'[\n'.repeat(50_000)}`,
    { path: '', line: 32, expected: 'nesting of at most 32 objects and arrays' },
  ],
  ['an empty file', '', { path: '', got: 'broken syntax: value expected' }],
  ['broken syntax', '{\n  "schema": 1\n  "instance": "x" }', { path: '', line: 3, column: 3 }],
];
