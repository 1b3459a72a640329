import { describe, expect, test } from 'vitest';
import { ConfigError, type ConfigIssue } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { type LoadedConfig, parseConfig } from '../../src/config/parse.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { visible } from '../../src/core/visible-text.ts';
import { kinds } from '../support/kinds.ts';
import { mistakes } from './mistakes.ts';
import { document, target } from './sound-document.ts';

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
      retention: { publicationDays: 1095, planDays: 180, noticeDays: 180 },
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

describe('a mistake', () => {
  test.each(mistakes)('%s', (_name, text, expected) => {
    expect(issuesOf(text)).toEqual([expect.objectContaining(expected)]);
  });

  test('is placed in the text', () => {
    const text = '{\n  "schema": 1, "instance": "contoso",\n  "cloud": "Publik",\n  "lists": {}, "targets": {}\n}';
    expect(issuesOf(text)).toEqual([expect.objectContaining({ path: 'cloud', line: 3, column: 3 })]);
  });

  test('of a repeated key is found at any depth', () => {
    const text = document().replace('"mode":"sync"', '"mode":"report-only",\n"mode":"sync"');
    expect(issuesOf(text)).toEqual([
      expect.objectContaining({ path: 'targets.hub.mode', line: 2, column: 1, expected: 'each key once' }),
    ]);
  });

  test.each(['lists', 'targets'])('of %s under a key that no object takes is not passed over', (member) => {
    const text = document().replace(`"${member}":{`, `"${member}":{\n"__proto__": {},`);
    expect(issuesOf(text)).toContainEqual(
      expect.objectContaining({ path: `${member}.__proto__`, line: 2, column: 1, got: '"__proto__"' }),
    );
  });

  test('of a key is shown without what a terminal obeys, and cut', () => {
    const [issue] = issuesOf(document({ [`\u001b[31m\u202e\n${'x'.repeat(5_000)}`]: 1 }));
    const shown = `${issue?.path}${issue?.got}`;
    expect(shown).toBe(visible(shown));
    expect(shown.length).toBeLessThan(2_100);
  });
});

test('all mistakes are reported at once, in the order of the text', () => {
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

test('a missing bracket is reported once', () => {
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

  test('a safeguard that is off, for all tags or one', () => {
    const { notes } = parse(
      document({
        lists: { west: { tags: ['Storage.WestUS'] } },
        policy: {
          gainQuestionOtherRegion: false,
          lossQuestionFamily: false,
          parentsCount: true,
          tags: { 'Storage.WestUS': { fileQuestionOlderTag: false, gainQuestionPrivateRange: false } },
        },
      }),
    );
    expect(notes.map(({ path, hint }) => [path, hint])).toEqual([
      [
        'policy.gainQuestionOtherRegion',
        expect.stringMatching(/another region's addresses in, and nobody is asked; name/),
      ],
      ['policy.tags["Storage.WestUS"].fileQuestionOlderTag', expect.stringMatching(/given up.*nobody is asked$/)],
      ['policy.tags["Storage.WestUS"].gainQuestionPrivateRange', expect.stringContaining('private networks')],
    ]);
  });

  test('a feed without clients', () => {
    const feed = (more: object) => ({ kind: 'feed', mode: 'sync', list: 'west', ...more });
    const targets = {
      closed: feed({ name: 'a' }),
      names: feed({ kind: 'feed-names', list: 'hosts', name: 'b', devices: {}, keys: [] }),
      device: feed({ name: 'c', devices: { hq: { secrets: [{ $env: 'HQ' }] } } }),
      key: feed({ name: 'd', keys: [{ $env: 'KEY' }] }),
      blob: feed({ name: 'e', publish: { blob: 'e.txt' } }),
    };
    const lists = { west: { tags: ['A'] }, hosts: { names: ['mcr.microsoft.com'] } };
    const { notes } = parseConfig(document({ lists, targets }), { file: 'x.json', kinds: knownKinds, now });
    expect(notes.map(({ path }) => path)).toEqual(['targets.closed', 'targets.names']);
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
      '  4:3 clod: expected one of $schema, answers, channels, cloud, crossCheck, freshness, instance, links, lists, policy, registries, retention, schema, source, targets; got the unknown key "clod"',
      '      did you mean "cloud"?',
    ].join('\n'),
  );
});
