import * as z from 'zod';
import { fitted, whereAll, withEntities } from '../messages/fit.ts';
import { buttonRows, buttonText, withoutButton } from '../messages/links.ts';
import { firstLine } from '../messages/text.ts';
import type { Message, NotifierDefinition } from '../ports/notifier.ts';
import { secret } from '../ports/secret.ts';
import { jsonChannel } from './post.ts';
import { allowHttp } from './receiver-address.ts';

const schema = z.strictObject({
  url: secret().describe('The address of an incoming webhook.'),
  allowHttp: allowHttp(),
});

/**
 * https://docs.slack.dev/reference/block-kit/blocks/section-block: 3,000 characters a section, 50 blocks a message. The text
 * that notifications show may have 4,000.
 */
const maxOfSection = 3_000;
const maxBlocks = 50;
/** 25 elements an actions block, 75 characters a button: https://docs.slack.dev/reference/block-kit/blocks/actions-block. */
const maxButtons = 12;

export const slack: NotifierDefinition<z.output<typeof schema>> = {
  kind: 'slack',
  summary: 'A channel in Slack, through an incoming webhook.',
  schema,
  open: async (config, context) => jsonChannel(config, 'Slack', slackMessage, context),
};

/**
 * The first line as bold text and as the notification's, then sections of whole lines, with Slack's control characters escaped
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function slackMessage({ notice, instance }: Message): object {
  const [first = ''] = fitted([withEntities(firstLine(notice, instance))], maxOfSection - 100, whereAll(notice));
  const lines = [...notice.lines, ...withoutButton(notice)].map(withEntities);
  const rows = buttonRows(notice.links ?? [], maxButtons);
  // A line that fills no section alone is split between sentences; the last section is reserved for the rest.
  const blocks: string[] = [];
  let section = '';
  for (const line of fitted(lines, (maxBlocks - 2 - rows.length) * (maxOfSection / 2), whereAll(notice))) {
    for (const part of line.length > maxOfSection ? fitted([line], maxOfSection, whereAll(notice)) : [line]) {
      if (section !== '' && section.length + part.length + 1 > maxOfSection) {
        blocks.push(section);
        section = '';
      }
      section = section === '' ? part : `${section}\n${part}`;
    }
  }
  if (section !== '') blocks.push(section);
  return {
    text: first,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${first.replaceAll('*', '∗')}*`, verbatim: true } },
      ...blocks.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
      // A button with an address opens it; nothing is sent that this service would have to receive.
      ...rows.map((row) => ({
        type: 'actions',
        elements: row.map(({ title, url }) => ({
          type: 'button',
          text: { type: 'plain_text', text: buttonText(title, 75), emoji: false },
          url,
        })),
      })),
    ],
  };
}
