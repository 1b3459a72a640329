import * as z from 'zod';
import type { Notice } from '../core/notice.ts';
import { fitted, whereAll } from '../messages/fit.ts';
import { buttonRows, buttonText, withoutButton } from '../messages/links.ts';
import { firstLine } from '../messages/text.ts';
import type { Message, NotifierDefinition } from '../ports/notifier.ts';
import { secret } from '../ports/secret.ts';
import { jsonChannel } from './post.ts';
import { allowHttp } from './receiver-address.ts';

const schema = z.strictObject({
  url: secret().describe('The address that the workflow "When a Teams webhook request is received" shows.'),
  allowHttp: allowHttp(),
});

/** A message to Teams holds 28 KB (https://learn.microsoft.com/microsoftteams/limits-specifications-teams); this leaves room for JSON escapes. */
const maxBytes = 24_000;

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference: up to six actions a card's row. */
const maxActions = 6;

const colors = { ok: 'good', info: 'default', 'needs-you': 'warning', failed: 'attention' } as const;

export const teams: NotifierDefinition<z.output<typeof schema>> = {
  kind: 'teams',
  summary: 'A channel or chat in Microsoft Teams, through a workflow that takes webhook requests.',
  schema,
  open: async (config, context) => jsonChannel(config, 'Teams', teamsMessage, context),
};

/** The format of the workflow: a message with one adaptive card. Version 1.4 is what all Teams clients show. */
export function teamsMessage({ notice, instance }: Message): object {
  const size = (line: string) => Buffer.byteLength(JSON.stringify(line)) + 80;
  const first = firstLine(notice, instance);
  const buttons = buttonsOf(notice);
  const lines = fitted(
    [...notice.lines, ...withoutButton(notice)],
    maxBytes - size(first) - size(JSON.stringify(buttons)),
    whereAll(notice),
    size,
  );
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            {
              type: 'TextBlock',
              text: plain(first),
              weight: 'bolder',
              color: colors[notice.severity],
              wrap: true,
            },
            ...lines.map((line) => ({ type: 'TextBlock', text: plain(line), wrap: true, spacing: 'small' })),
            ...buttons,
          ],
        },
      },
    ],
  };
}

/** Answers in one row, what there is to look at in the next. Each opens an address; none sends anything. */
function buttonsOf({ links = [] }: Notice): object[] {
  return buttonRows(links, maxActions).map((row, index) => ({
    type: 'ActionSet',
    ...(index === 0 ? { separator: true } : {}),
    actions: row.map(({ title, url }) => ({ type: 'Action.OpenUrl', title: buttonText(title, 60), url })),
  }));
}

/** A text block interprets some Markdown, which is escaped. */
function plain(text: string): string {
  return text.replace(/[\\*_`~]/g, (sign) => `\\${sign}`).replace(/\]\(/g, ']\\(');
}
