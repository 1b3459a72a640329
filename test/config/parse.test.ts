import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigIssue } from '../../src/config/issue.ts';
import { type LoadedConfig, parseConfig } from '../../src/config/parse.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { kinds } from './kinds.ts';

const now = new Date('2026-11-22T10:00:00Z');

const parse = (text: string): LoadedConfig => parseConfig(text, { file: 'x.json', kinds, now });

function issuesOf(text: string): readonly ConfigIssue[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

const registryId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso';

/** A sound document with some members replaced. */
function document(changes: Record<string, unknown> = {}): string {
  const sound = {
    schema: 1,
    instance: 'contoso',
    cloud: 'Public',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: { kind: 'box4', mode: 'sync', list: 'west', box: 'b1' } },
  };
  return JSON.stringify({ ...sound, ...changes });
}

const target = (changes: Record<string, unknown>) => ({
  kind: 'box4',
  mode: 'sync',
  list: 'west',
  box: 'b1',
  ...changes,
});

describe('a sound config', () => {
  test('has every default filled in', () => {
    expect(parse(document()).config).toEqual({
      schema: 1,
      instance: 'contoso',
      cloud: 'Public',
      source: { kind: 'download-centre', settings: {} },
      registries: {},
      lists: {
        west: {
          registries: [],
          tags: ['Storage.WestUS'],
          names: [],
          comingDataEndpoints: false,
          prefixes: [],
          families: ['ipv4'],
          always: [],
          never: [],
        },
      },
      targets: {
        hub: {
          kind: 'box4',
          mode: 'sync',
          list: 'west',
          adopt: false,
          foreignEntries: 'keep',
          maxOverGrant: 0,
          approval: { add: 'on-suspicion', remove: 'on-suspicion' },
          change: { timeZone: 'UTC', windows: [], freezes: [] },
          answers: {},
          settings: { box: 'b1' },
        },
      },
      channels: {},
      policy: defaultPolicy,
      answers: {},
      freshness: {},
      crossCheck: { ways: true },
    });
  });

  test('may hold comments and trailing commas', () => {
    expect(parse(`// ours\n${document().slice(0, -1)}, /* end */ }`).notes).toEqual([]);
  });

  test('keeps what it says of changes and answers', () => {
    const change = {
      timeZone: 'Europe/Oslo',
      windows: [
        { from: '22:00', to: '04:00' },
        { directions: ['remove'], days: ['sat'], from: '09:00', to: '09:00' },
      ],
      freezes: [{ from: '2026-12-20', to: '2026-12-20', reason: 'year end' }],
      breakIfDeadlineUnderHours: 24,
    };
    const ticket = { pattern: 'CHG\\d+', example: 'CHG4711' };
    const { config } = parse(
      document({
        answers: { ticket, groups: ['approvers'], notWhoAsked: true },
        targets: { hub: target({ change, approval: { remove: 'always' }, answers: { notWhoAsked: false } }) },
      }),
    );
    expect(config.answers).toEqual({ ticket, groups: ['approvers'], notWhoAsked: true });
    expect(config.targets.hub).toMatchObject({
      approval: { add: 'on-suspicion', remove: 'always' },
      answers: { notWhoAsked: false },
      change: {
        ...change,
        windows: [
          { directions: ['add', 'remove'], days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
          { directions: ['remove'], days: ['sat'] },
        ],
        freezes: [{ directions: ['add', 'remove'] }],
      },
    });
    expect(config.targets.hub?.settings).toEqual({ box: 'b1' });
  });

  test('keeps what it sets: policy, overrides, source, exceptions in canonical form', () => {
    const { config } = parse(
      document({
        source: { kind: 'folder', path: 'files' },
        policy: { lossClockDays: 50, tags: { 'Storage.WestUS': { lossQuestionShare: 0.2 } } },
        lists: {
          west: {
            tags: ['Storage.WestUS'],
            prefixes: ['203.0.113.7'],
            families: ['ipv4', 'ipv6'],
            always: [{ prefix: '2001:DB8:0::/48', reason: 'lab', owner: 'net', expires: '2027-01-01' }],
          },
        },
        targets: { hub: target({ kind: 'box46' }) },
      }),
    );
    expect(config.source).toEqual({ kind: 'folder', settings: { path: 'files' } });
    expect(config.policy).toEqual({
      ...defaultPolicy,
      lossClockDays: 50,
      tags: { 'Storage.WestUS': { lossQuestionShare: 0.2 } },
    });
    expect(config.lists.west?.prefixes).toEqual(['203.0.113.7/32']);
    expect(config.lists.west?.always[0]?.prefix).toBe('2001:db8::/48');
  });
});

describe('its hash', () => {
  test('does not see comments, order, white space or a default spelt out', () => {
    const lists = { west: { tags: ['Storage.WestUS'] }, east: { tags: ['Storage.EastUS'] } };
    const spelt = document({ policy: { lossClockDays: defaultPolicy.lossClockDays }, $schema: './x.json', lists });
    const turned = `/* turned */ ${JSON.stringify(
      JSON.parse(spelt, (_key, value) =>
        typeof value === 'object' && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      ),
      undefined,
      2,
    )}`;
    expect(parse(turned).hash).toBe(parse(document({ lists })).hash);
    expect(parse(document()).hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('sees every other change', () => {
    const changed = [
      document({ targets: { hub: target({ mode: 'add-only' }) } }),
      document({ targets: { hub: target({ box: 'b2' }) } }),
      document({ lists: { west: { tags: ['Storage.EastUS'] } } }),
      document({ policy: { tags: { 'Storage.WestUS': { lossClockDays: 43 } } } }),
    ];
    expect(new Set([document(), ...changed].map((text) => parse(text).hash)).size).toBe(changed.length + 1);
  });
});

const localForm = 'a local date or time without offset, such as 2030-12-20 or 2030-12-20T18:00';

/** One mistake each: the text, and what must be said of it. */
const mistakes: readonly [string, string, Partial<ConfigIssue>][] = [
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
    'a ticket pattern that is one only within brackets',
    document({ answers: { ticket: { pattern: 'a)|(b' } } }),
    { path: 'answers.ticket.pattern' },
  ],
  [
    'an example that does not match its pattern as a whole',
    document({ targets: { hub: target({ answers: { ticket: { pattern: 'CHG\\d+', example: 'CHG12 or so' } } }) } }),
    { path: 'targets.hub.answers.ticket.example', expected: 'a ticket that matches CHG\\d+' },
  ],
  ['an empty file', '', { path: '', got: 'broken syntax: value expected' }],
  ['broken syntax', '{\n  "schema": 1\n  "instance": "x" }', { path: '', line: 3, column: 3 }],
];

describe('a mistake', () => {
  test.each(mistakes)('%s', (_name, text, expected) => {
    expect(issuesOf(text)).toEqual([expect.objectContaining(expected)]);
  });

  test('is placed in the text', () => {
    const text = '{\n  "schema": 1, "instance": "contoso",\n  "cloud": "Publik",\n  "lists": {}, "targets": {}\n}';
    expect(issuesOf(text)).toEqual([expect.objectContaining({ path: 'cloud', line: 3, column: 3 })]);
  });

  test('of a key that stands twice is found at any depth', () => {
    const text = document().replace('"mode":"sync"', '"mode":"report-only",\n"mode":"sync"');
    expect(issuesOf(text)).toEqual([
      expect.objectContaining({ path: 'targets.hub.mode', line: 2, column: 1, expected: 'each key once' }),
    ]);
  });
});

test('all mistakes are told at once, in the order of the text', () => {
  const onOneLine = document({
    instance: '-',
    lists: { west: { tags: ['A'], families: ['ipv6'] }, east: { tags: [], famlies: [] }, none: {} },
    targets: {
      hub: target({ mode: 'mirror', list: 'wets' }),
      spoke: target({ list: 'nowhere' }),
      third: target({ box: 'b3' }),
    },
  });
  const text = JSON.stringify(JSON.parse(onOneLine), undefined, 2);
  expect(issuesOf(text).map(({ path }) => path)).toEqual([
    'instance',
    'lists.east.famlies',
    'lists.none',
    'targets.hub.mode',
    'targets.hub.list',
    'targets.spoke.list',
    'targets.third.list',
  ]);
});

test('a bracket that lacks is told once', () => {
  expect(issuesOf('{ "schema": 1, "lists": { "west": {')).toEqual([
    expect.objectContaining({ got: 'broken syntax: close brace expected' }),
  ]);
});

describe('a secret', () => {
  test('is taken by reference', () => {
    const { config } = parse(document({ targets: { hub: target({ key: { $env: 'HUB_KEY' } }) } }));
    expect(config.targets.hub?.settings).toEqual({ box: 'b1', key: { $env: 'HUB_KEY' } });
  });

  test.each([
    ['written out', 'hunter2-secret'],
    ['as the name of a setting', { $env: 'hunter2-secret' }],
    ['under another key', { value: 'hunter2-secret' }],
  ])('%s is refused and not repeated', (_name, key) => {
    let message = '';
    try {
      parse(document({ targets: { hub: target({ key }) } }));
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('targets.hub.key');
    expect(message).not.toContain('hunter2');
  });
});

describe('notes stop nothing', () => {
  const noted = (changes: Record<string, unknown>) => parse(document(changes)).notes.map(({ path }) => path);

  test('a list that no target holds', () => {
    expect(noted({ lists: { west: { tags: ['A'] }, east: { tags: ['A'] } } })).toEqual(['lists.east']);
  });

  test('a family that the kind cannot hold', () => {
    expect(noted({ lists: { west: { tags: ['A'], families: ['ipv4', 'ipv6'] } } })).toEqual(['targets.hub.list']);
  });

  test('settings of a tag that no list selects', () => {
    expect(noted({ policy: { tags: { 'Storage.WestUs': {} } } })).toEqual(['policy.tags["Storage.WestUs"]']);
  });

  test('an exception that has ended, from the day on that it names', () => {
    const always = ['2026-11-22', '2026-11-23'].map((expires, i) => ({
      prefix: `192.0.2.${i}`,
      reason: 'r',
      owner: 'net',
      expires,
    }));
    expect(noted({ lists: { west: { tags: ['A'], always } } })).toEqual(['lists.west.always[0].expires']);
  });
});

test('an error reads well', () => {
  const text = '{\n  "schema": 1,\n  "instance": "contoso",\n  "clod": "Public", "lists": {}, "targets": {}\n}';
  expect(() => parse(text)).toThrow(
    [
      '2 problems in x.json. Nothing was started or changed.',
      '  1:1 cloud: expected one of "Public", "AzureGovernment", "China"; got nothing',
      '  4:3 clod: expected one of $schema, answers, channels, cloud, crossCheck, freshness, instance, lists, policy, registries, schema, source, targets; got the unknown key "clod"',
      '      did you mean "cloud"?',
    ].join('\n'),
  );
});
