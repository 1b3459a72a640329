import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';

function parse(channels: unknown) {
  const text = JSON.stringify({
    schema: 1,
    instance: 'contoso',
    cloud: 'Public',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: {},
    channels,
  });
  return parseConfig(text, { file: 'config', kinds: knownKinds, now: new Date('2024-01-15') }).config;
}

function issuesOf(channels: unknown): string {
  try {
    parse(channels);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

const url = { $env: 'TEAMS_URL' };

test('a channel is its kind, what it wants, and its own settings', () => {
  const only = { kinds: ['failed'], lists: ['west'], severity: 'needs-you' };
  const quietHours = { from: '18:00', to: '07:00', timeZone: 'Europe/Berlin' };
  expect(parse({ ops: { kind: 'teams', url, only, quietHours }, log: { kind: 'log' } }).channels).toEqual({
    ops: { kind: 'teams', only, quietHours: { ...quietHours, wholeDays: [] }, settings: { url, allowHttp: false } },
    log: { kind: 'log', only: {}, settings: {} },
  });
});

describe('is refused, with its place:', () => {
  test.each<[string, object, string]>([
    ['an unknown list', { kind: 'log', only: { lists: ['wets'] } }, 'channels.ops.only.lists[0]'],
    ['an unknown target', { kind: 'log', only: { targets: ['hub'] } }, 'channels.ops.only.targets[0]'],
    ['an unknown kind of notice', { kind: 'log', only: { kinds: ['fails'] } }, 'channels.ops.only.kinds[0]'],
    [
      'an unknown time zone',
      { kind: 'log', quietHours: { from: '18:00', to: '07:00', timeZone: 'Berlin' } },
      'timeZone',
    ],
    ['no time of day', { kind: 'log', quietHours: { from: '25:00', to: '07:00', timeZone: 'UTC' } }, 'quietHours.from'],
    ['an e-mail without a way', { kind: 'email', from: 'a@b.example', to: ['c@d.example'] }, 'connection'],
    [
      'an e-mail without a recipient',
      { kind: 'email', connection: url, from: 'a@b.example', to: [] },
      'channels.ops.to',
    ],
    ['an unknown kind', { kind: 'pager' }, 'channels.ops'],
  ])('%s', (_name, channel, place) => expect(issuesOf({ ops: channel })).toContain(place));

  test('a secret in plain text, which is not repeated', () => {
    const message = issuesOf({ ops: { kind: 'teams', url: 'https://planted.example/9f3b' } });
    expect(message).toContain('channels.ops.url');
    expect(message).not.toContain('9f3b');
  });
});
