import { beforeAll, describe, expect, test } from 'vitest';
import { type Notice, noticeKinds } from '../../src/core/notice.ts';
import { emailOf } from '../../src/notifiers/email.ts';
import { notifiers } from '../../src/notifiers/index.ts';
import { slackMessage } from '../../src/notifiers/slack.ts';
import { teamsMessage } from '../../src/notifiers/teams.ts';
import { cloudEvent } from '../../src/notifiers/webhook.ts';
import type { Message } from '../../src/ports/notifier.ts';
import { absent, havePublications } from '../support/real-publications.ts';
import { goldenNotices } from './golden-notices.ts';

// The texts are read by people before they are kept: `npm test -- test/messages/golden.test.ts -u` writes them anew.

/** A channel's payload as its reader sees it. */
const channels: Readonly<Record<string, (message: Message) => string | Promise<string>>> = {
  teams: (message) => {
    const { attachments } = teamsMessage(message) as {
      attachments: { content: { body: { text?: string; actions?: { title: string; url: string }[] }[] } }[];
    };
    const body = attachments[0]?.content.body ?? [];
    const buttons = (all: { title: string; url: string }[] = []) => all.map(({ title, url }) => `[${title}] ${url}`);
    return body.map(({ text, actions }) => text ?? buttons(actions).join('\n')).join('\n\n');
  },
  slack: (message) => {
    const { blocks } = slackMessage(message) as {
      blocks: { text?: { text: string }; elements?: { text: { text: string }; url: string }[] }[];
    };
    return blocks
      .map(({ text, elements = [] }) => text?.text ?? elements.map((one) => `[${one.text.text}] ${one.url}`).join('\n'))
      .join('\n\n');
  },
  webhook: (message) => JSON.stringify(cloudEvent(message, false), undefined, 2),
  email: (message) => {
    const { content } = emailOf(message, { from: 'sync@contoso.example', to: ['ops@contoso.example'] });
    return `Subject: ${content.subject}\n\n${content.plainText.replaceAll('\r\n', '\n')}`;
  },
  log: async (message) => {
    const lines: string[] = [];
    const definition = notifiers.find(({ kind }) => kind === 'log');
    const notifier = await definition?.open(
      {},
      {
        secret: () => '',
        now: () => new Date(0),
        log: (text, fields) => void lines.push(JSON.stringify({ message: text, ...fields }, undefined, 2)),
      },
    );
    await notifier?.send(message, new AbortController().signal);
    return lines.join('\n');
  },
};

const names = [
  'changed',
  'changed-korea-south-248',
  'kept-january-2024',
  'kept-vanished-regions',
  'question-january-2024',
  'question-vanished-regions',
  'kept',
  'hold-ended-january-2024',
  'failed',
  'refused',
  'drift',
  'drift-foreign-entries',
  'drift-whole',
  'source-refused',
  'source-waits',
  'source-in-part',
  'source-unreachable',
  'source-stale',
  'deadline',
  'waits',
  'waits-broad-foreign-entry',
  'waits-reminder',
  'question-reminder',
  'limit',
  'control-paused',
  'control-resumed',
  'control-pinned',
  'control-orphaned',
  'device',
  'registry',
  'registry-unreadable',
  'channel',
  'digest',
];

describe.skipIf(!havePublications)(`golden notices${havePublications ? '' : ` (${absent})`}`, () => {
  let golden: ReadonlyMap<string, Notice>;
  beforeAll(async () => {
    golden = await goldenNotices();
  }, 60_000);

  test('are all of them', () => {
    expect([...golden.keys()].sort()).toEqual([...names].sort());
  });

  test('are there for every kind of notice', () => {
    const kinds = new Set([...golden.values()].map(({ kind }) => kind));
    // A test message has no news of its own.
    expect(noticeKinds.filter((kind) => kind !== 'test' && !kinds.has(kind))).toEqual([]);
  });

  test.each(names)('%s', async (name) => {
    const notice = golden.get(name);
    if (!notice) throw new Error(`no notice ${name}`);
    for (const [channel, render] of Object.entries(channels)) {
      const text = await render({ id: 'golden', instance: 'contoso', cloud: 'Public', notice });
      await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.${channel}.txt`);
    }
  });

  test('say in their first line whether anything is needed of the reader', () => {
    for (const { severity, headline } of golden.values()) {
      if (severity === 'ok' || severity === 'info') expect(headline).toMatch(/Nothing to do/);
      else expect(headline).not.toMatch(/Nothing to do/);
    }
  });

  test('that ask something say what, and what happens if it is ignored', () => {
    for (const { severity, lines, kind } of golden.values()) {
      if (severity !== 'needs-you' || kind === 'digest') continue;
      expect(lines.join('\n')).toMatch(/^(No answer|If ignored):/m);
    }
  });
});
