import { createHash } from 'node:crypto';
import * as z from 'zod';
import { retryAfterMs } from '../core/calendar.ts';
import type { NoticeLink } from '../core/notice.ts';
import { fitted, whereAll, withEntities } from '../messages/fit.ts';
import { buttonRows, linkLines, withoutButton } from '../messages/links.ts';
import { firstLine } from '../messages/text.ts';
import { rangesCsv } from '../messages/ticket.ts';
import { type Message, type NotifierContext, type NotifierDefinition, NotifierError } from '../ports/notifier.ts';
import { secret } from '../ports/secret.ts';
import { usualAnswerMs, withSecret } from './post.ts';

const schema = z
  .strictObject({
    connection: secret()
      .exactOptional()
      .describe(
        'Connection string of the Communication Services resource. Or `endpoint`, for the identity of the service.',
      ),
    endpoint: z
      .url({ protocol: /^https$/ })
      .exactOptional()
      .describe(
        'Address of the Communication Services resource, for the identity of the service; no secret is needed then.',
      ),
    from: z.email().describe('Sender: an address of a domain that is connected to the resource.'),
    to: z.array(z.email()).min(1, 'at least one recipient').max(50).describe('Recipients.'),
  })
  .refine(
    ({ connection, endpoint }) => (connection === undefined) !== (endpoint === undefined),
    'either `connection` or `endpoint`',
  );

type Settings = z.output<typeof schema>;

/** Mail programs cut long texts; an e-mail of Communication Services holds 10 MB with attachments, which are base64. */
const maxText = 100_000;
const maxAttachment = 5_000_000;
/** Mail programs show little more of a subject (RFC 5322 allows 998 characters in a line). */
const maxSubject = 300;
const maxLinks = 12;

export const email: NotifierDefinition<Settings> = {
  kind: 'email',
  summary: 'E-mail through Azure Communication Services.',
  schema,
  async open(config, context) {
    const { EmailClient } = await import('@azure/communication-email');
    // The outbox retries, in the order of its notices.
    const options = { retryOptions: { maxRetries: 0 } };
    const { connection, endpoint } = config;
    const client =
      connection === undefined
        ? new EmailClient(endpoint ?? '', await identityOf(context), options)
        : withSecret(
            context.secret(connection),
            (text) => new EmailClient(text, options),
            isAboutConnection,
            `e-mail by the setting ${connection.$env}: expected "endpoint=https://...;accesskey=..."; copy the connection string again`,
          );
    // Only a server on this machine is used without TLS.
    const local = /^endpoint=http:\/\/127\.0\.0\.1[:/]/i.test(connection ? context.secret(connection) : '');
    const insecure = local ? { requestOptions: { allowInsecureConnection: true } } : {};
    const place = connection ? `e-mail by the setting ${connection.$env}` : `e-mail by ${endpoint}`;
    return {
      async send(message, signal) {
        const limit = AbortSignal.timeout(context.answerMs ?? usualAnswerMs);
        try {
          await client.beginSend(emailOf(message, config), {
            operationId: guidOf(message.id),
            abortSignal: AbortSignal.any([signal, limit]),
            ...insecure,
          });
        } catch (error) {
          signal.throwIfAborted();
          throw errorOf(error, place, context.now());
        }
      },
    };
  },
};

async function identityOf({ identityClientId }: NotifierContext) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(
    identityClientId === undefined ? {} : { managedIdentityClientId: identityClientId },
  );
}

/** The library throws plain errors for an incomplete text, and the error of URL for an invalid address. */
function isAboutConnection(error: Error): boolean {
  const isNoAddress = 'code' in error && error.code === 'ERR_INVALID_URL';
  return isNoAddress || /^Invalid (connection string|endpoint url) /.test(error.message);
}

/** The e-mail of a notice: the first line is the subject, too. */
export function emailOf({ notice, instance }: Message, { from, to }: Pick<Settings, 'from' | 'to'>) {
  const first = firstLine(notice, instance);
  const lines = fitted(notice.lines, maxText, whereAll(notice));
  const csv = notice.ranges.length > 0 ? rangesCsv(notice) : '';
  const [subject = first] = first.length <= maxSubject ? [first] : [shortSubject(notice.headline, first)];
  return {
    senderAddress: from,
    recipients: { to: to.map((address) => ({ address })) },
    content: {
      subject,
      plainText: [first, '', ...lines, ...withSpace(linkLines(notice))].join('\r\n'),
      html: [
        `<p><strong>${withEntities(first)}</strong></p>`,
        ...lines.map((line) => `<p>${withEntities(line)}</p>`),
        ...buttonRows(notice.links ?? [], maxLinks).map((row) => `<p>${row.map(anchor).join(' &#183; ')}</p>`),
        ...withoutButton(notice).map((line) => `<p>${withEntities(line)}</p>`),
      ].join(''),
    },
    ...(csv !== '' && csv.length <= maxAttachment
      ? {
          attachments: [
            { name: 'ranges.csv', contentType: 'text/csv', contentInBase64: Buffer.from(csv).toString('base64') },
          ],
        }
      : {}),
  };
}

function withSpace(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function anchor({ title, url }: NoticeLink): string {
  return `<a href="${withEntities(url).replaceAll('"', '&quot;')}">${withEntities(title)}</a>`;
}

/** The part before the first semicolon, if that is short enough: it is a statement of its own. */
function shortSubject(headline: string, first: string): string {
  const label = first.slice(0, first.length - headline.length);
  const [statement = ''] = headline.split(/[;:,] /);
  return label.length + statement.length <= maxSubject ? `${label}${statement}` : `${label}see the text`;
}

/** The library's errors as NotifierError; an error of neither the receiver nor the network passes unchanged. */
export function errorOf(error: unknown, place: string, now: Date): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, code, statusCode, response } = error as SdkError;
  // Errors of the identity library, which may have a status of their own.
  if (/Credential|Authentication/.test(name)) {
    return new NotifierError(
      'refused',
      `${place}: the service gets no token to send with; give it an identity, or use a connection string`,
    );
  }
  if (statusCode === 429 || statusCode === 408 || (statusCode !== undefined && statusCode >= 500)) {
    const asked = retryAfterMs(response?.headers?.get('retry-after'), now);
    return new NotifierError('busy', `${place}: it answered ${statusCode}; the service tries again`, asked);
  }
  if (statusCode !== undefined) {
    return new NotifierError(
      'refused',
      `${place}: it answered ${statusCode}; check that the sender's domain is connected, and that the right or key is still valid`,
    );
  }
  if (message.startsWith('The long-running operation has ')) {
    return new NotifierError(
      'refused',
      `${place}: it took the e-mail and then failed to send it; see its log in Azure`,
    );
  }
  // Our own limit on the time for an answer ends as an AbortError or TimeoutError.
  const isNetwork = name === 'AbortError' || name === 'TimeoutError' || (name === 'RestError' && code !== undefined);
  if (!isNetwork) return error;
  return new NotifierError('unreachable', `${place}: no answer; the service tries again`);
}

interface SdkError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** The same GUID for the same message: the service takes one operation of an id once. */
function guidOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
