import { AdaptiveCard, SerializationContext, Versions } from 'adaptivecards';
import { CloudEvent } from 'cloudevents';
import { describe, expect, test } from 'vitest';
import { emailOf } from '../../src/notifiers/email.ts';
import { slackMessage } from '../../src/notifiers/slack.ts';
import { teamsMessage } from '../../src/notifiers/teams.ts';
import { cloudEvent } from '../../src/notifiers/webhook.ts';
import { longNotice, messageOf, notice, oneLongSentence } from '../support/sample-notices.ts';

const everySize = [
  ['short', notice],
  ['long', longNotice],
  ['one long sentence', oneLongSentence],
] as const;

interface Card {
  readonly attachments: readonly {
    readonly contentType: string;
    readonly content: { readonly body: readonly { readonly text: string }[] };
  }[];
}

/** Every shown text is whole sentences of the notice, or says what was left out. */
function expectWholeSentences(texts: readonly string[]): void {
  for (const text of texts) expect(text).toMatch(/[.…:]$/);
}

describe.each(everySize)('a %s notice', (size, one) => {
  test('is an adaptive card that its own library takes, under 28 KB', () => {
    const message = teamsMessage(messageOf(one)) as Card;
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(28 * 1024);
    const [attachment] = message.attachments;
    expect(attachment?.contentType).toBe('application/vnd.microsoft.card.adaptive');
    const context = new SerializationContext(Versions.v1_4);
    const card = new AdaptiveCard();
    card.parse(JSON.parse(JSON.stringify(attachment?.content)), context);
    expect(Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i))).toEqual([]);
    expect(card.validateProperties().validationEvents).toEqual([]);
    const texts = attachment?.content.body.map(({ text }) => text) ?? [];
    expect(card.getItemCount()).toBe(texts.length);
    expectWholeSentences(texts);
    if (size !== 'short') expect(texts.at(-1)).toMatch(/^… and [\d,]+ more sentences?; full text: run r-1\.$/);
  });

  test("keeps Slack's limits", () => {
    const message = slackMessage(messageOf(one)) as {
      text: string;
      blocks: { type: string; text: { type: string; text: string } }[];
    };
    expect(message.text.length).toBeLessThanOrEqual(4_000);
    expect(message.blocks.length).toBeLessThanOrEqual(50);
    for (const { type, text } of message.blocks) {
      expect([type, text.type]).toEqual(['section', 'mrkdwn']);
      expect(text.text.length).toBeGreaterThan(0);
      expect(text.text.length).toBeLessThanOrEqual(3_000);
      expect(text.text.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
    }
    expectWholeSentences(message.blocks.slice(1).map(({ text }) => text.text));
    if (size !== 'short') expect(message.blocks.at(-1)?.text.text).toContain('full text: run r-1.');
  });

  test.each([true, false])('is a CloudEvent that its own library takes, under 64 KB (ticket: %s)', (ticket) => {
    const event = cloudEvent(messageOf(one), ticket);
    const text = JSON.stringify(event);
    expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024);
    const read = new CloudEvent<{ lines: string[]; attachments?: { name: string; text: string }[] }>(
      JSON.parse(text),
      true,
    );
    expect(read.validate()).toBe(true);
    expect(read).toMatchObject({ id: 'message-1', source: '/service-tag-sync/contoso/Public', time: one.at });
    expectWholeSentences(read.data?.lines ?? []);
    const names = read.data?.attachments?.map(({ name }) => name);
    const attached = size === 'long' ? [] : ['notice.md', 'ranges.csv'];
    if (size !== 'one long sentence') expect(names).toEqual(ticket ? attached : undefined);
  });

  test('is an e-mail', () => {
    const mail = emailOf(messageOf(one), { from: 'sync@contoso.example', to: ['ops@contoso.example'] });
    expect(mail.content.subject).toBe(
      '[NEEDS YOU, no hurry] contoso: Storage.WestUS lost 78.8 % of its IPv4 addresses; "all" of <them> & *more* were _kept_.',
    );
    expect(mail.content.plainText.length).toBeLessThan(110_000);
    expect(mail.content.html).toContain('of &lt;them&gt; &amp; *more*');
    const csv = Buffer.from(mail.attachments?.[0]?.contentInBase64 ?? '', 'base64').toString();
    expect(csv.split('\r\n')).toHaveLength(one.ranges.flatMap(({ prefixes }) => prefixes).length + 2);
  });
});

test('a ticket has every range, as CSV and as Markdown', () => {
  const event = cloudEvent(messageOf(notice), true) as { data: { attachments: { text: string }[] } };
  const [markdown, csv] = event.data.attachments.map(({ text }) => text);
  expect(csv).toBe(
    'of,what,prefix,addresses\r\nStorage.WestUS,held,20.60.0.0/24,256\r\nStorage.WestUS,held,2603:1030::/48,1208925819614629174706176\r\n',
  );
  expect(markdown).toContain('## Storage.WestUS: held, 2 ranges (256 IPv4 addresses and 1 IPv6 prefix)');
  expect(markdown).toContain('of \\<them\\> & \\*more\\* were \\_kept\\_');
});

test('what Teams would read as Markdown is shown as it is', () => {
  const { attachments } = teamsMessage(messageOf(notice)) as Card;
  const texts = attachments[0]?.content.body.map(({ text }) => text);
  expect(texts?.[0]).toContain('\\*more\\* were \\_kept\\_');
  expect(texts?.[1]).toContain('[IPv4]\\(addresses)');
});
