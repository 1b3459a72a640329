import * as z from 'zod';
import { fitted, whereAll } from '../messages/fit.ts';
import { firstLine } from '../messages/text.ts';
import { rangesCsv, ticketMarkdown } from '../messages/ticket.ts';
import type { Message, NotifierDefinition } from '../ports/notifier.ts';
import { secret } from '../ports/secret.ts';
import { post } from './post.ts';
import { allowHttp } from './receiver-address.ts';

const schema = z.strictObject({
  url: secret().describe('The address of the receiver.'),
  allowHttp: allowHttp(),
  signingSecret: secret().describe(
    'The secret shared with the receiver, as Standard Webhooks writes it: "whsec_" and base64 of 24 to 64 bytes.',
  ),
  ticket: z
    .boolean()
    .default(false)
    .describe('Attach the notice as Markdown and its ranges as CSV, for a ticket or a change request.'),
});

type Settings = z.output<typeof schema>;

/** Receivers take 64 KB at least (https://github.com/cloudevents/spec, size limits); attachments only if they fit. */
const maxBytes = 60_000;

export const webhook: NotifierDefinition<Settings> = {
  kind: 'webhook',
  summary: 'Any receiver of CloudEvents 1.0, signed as Standard Webhooks say.',
  schema,
  async open({ url, signingSecret, ticket, allowHttp }, { secret: resolve, now, answerMs }) {
    const address = resolve(url);
    const key = resolve(signingSecret);
    const { signerOf } = await import('./webhook-signer.ts');
    const signer = signerOf(key, signingSecret.$env);
    return {
      async send(message, signal) {
        const body = JSON.stringify(cloudEvent(message, ticket));
        const at = now();
        const place = `the webhook address in the setting ${url.$env}`;
        const signature = signer.sign(message.id, at, body);
        await post(
          {
            url: address,
            place,
            body,
            headers: {
              'content-type': 'application/cloudevents+json; charset=utf-8',
              'webhook-id': message.id,
              'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
              'webhook-signature': signature,
            },
            answerMs,
            allowHttp,
          },
          now,
          signal,
        );
      },
    };
  },
};

/** The notice as a CloudEvent; its id stays the same for every try. */
export function cloudEvent(message: Message, ticket: boolean): object {
  const { id, instance, cloud, notice } = message;
  const { kind, severity, qualifier, headline, lines, at, run, lists, targets, affected, links, runbook, errors } =
    notice;
  const event = (shown: readonly string[], attachments: readonly object[], note?: string) => ({
    specversion: '1.0',
    id,
    source: `/service-tag-sync/${encodeURIComponent(instance)}/${cloud}`,
    type: `service-tag-sync.notice.${kind}`,
    time: at,
    datacontenttype: 'application/json',
    data: {
      schema: 1,
      severity,
      ...(qualifier === undefined ? {} : { qualifier }),
      firstLine: firstLine(notice, instance),
      headline,
      lines: note === undefined ? shown : [...shown, note],
      ...(run === undefined ? {} : { run }),
      lists,
      targets,
      ...(affected === undefined ? {} : { affected }),
      ...(links === undefined ? {} : { links }),
      ...(runbook === undefined ? {} : { runbook: `docs/runbook.md#${runbook}` }),
      ...(errors === undefined ? {} : { errors }),
      ...(ticket ? { attachments } : {}),
    },
  });
  const whole = event(lines, ticket ? attachmentsOf(message) : []);
  if (bytesOf(whole) <= maxBytes) return whole;
  const note = ticket ? `Too many ranges to attach; ${whereAll(notice)}.` : undefined;
  const room = maxBytes - bytesOf(event([], [], note));
  return event(
    fitted(lines, room, whereAll(notice), (line) => Buffer.byteLength(JSON.stringify(line))),
    [],
    note,
  );
}

function attachmentsOf({ notice, instance }: Message): object[] {
  return [
    { name: 'notice.md', mediaType: 'text/markdown', text: ticketMarkdown(notice, instance) },
    { name: 'ranges.csv', mediaType: 'text/csv', text: rangesCsv(notice) },
  ];
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
