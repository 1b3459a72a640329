import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notifiers } from '../../../src/notifiers/index.ts';
import { type Notifier, NotifierError } from '../../../src/ports/notifier.ts';
import { resolveSecret, SecretError } from '../../../src/ports/secret.ts';
import { type Manner, type Receiver, startReceiver } from '../../support/receiver.ts';
import { messageOf, notice } from '../../support/sample-notices.ts';
import { type NotifierFixture, PLANTED, receivedMessages } from './fixture.ts';

const at = new Date('2026-11-12T08:00:00Z');
const idle = new AbortController().signal;
const message = messageOf(notice);

/** Every way in which an error may get into a log. */
function textOf(error: Error): string {
  return `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
}

/** Opens a channel of this kind, with the settings that its config names. */
export function openChannel(
  { kind, config }: NotifierFixture,
  env: Readonly<Record<string, string>>,
): Promise<Notifier> {
  const definition = notifiers.find((one) => one.kind === kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  return definition.open(definition.schema.parse(config), {
    secret: (ref) => resolveSecret(ref, env),
    now: () => at,
    log: () => undefined,
    answerMs: 1_500,
  });
}

/** What every channel with a receiver promises, over real HTTP. */
export function describeChannel(fixture: NotifierFixture): void {
  describe(fixture.kind, () => {
    let receiver: Receiver;
    beforeEach(async () => {
      receiver = await startReceiver();
    });
    afterEach(() => receiver.close());

    const env = () => fixture.env(receiver.origin);
    const take = () => receiver.behave(fixture.taken?.(receiver.origin) ?? 'take');
    const settings = Object.keys(fixture.env(''));

    async function failureOf(settled: Readonly<Record<string, string>> = env(), signal = idle): Promise<Error> {
      try {
        await (await openChannel(fixture, settled)).send(message, signal);
      } catch (error) {
        if (error instanceof Error) return error;
      }
      throw new Error('expected an error');
    }

    test('sends a notice with one request that names its kind of content', async () => {
      take();
      await (await openChannel(fixture, env())).send(message, idle);
      const taken = receivedMessages(receiver);
      expect(taken).toHaveLength(1);
      expect(taken[0]?.body).toContain('Storage.WestUS lost 78.8 %');
      expect(taken[0]?.headers['content-type']).toBe(fixture.contentType);
    });

    test('gives each try of a message the same key, and another message another one', async () => {
      const { key } = fixture;
      if (key === undefined) return expect(fixture.contentType).toBe('application/json');
      take();
      const channel = await openChannel(fixture, env());
      for (const one of [message, message, { ...message, id: 'message-2' }]) await channel.send(one, idle);
      const [first, again, other] = receivedMessages(receiver).map(({ headers }) => headers[key]);
      expect(first).toBeTruthy();
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });

    const failures: readonly [Manner, NotifierError['kind'], number?][] = [
      ['silent', 'unreachable'],
      ['cut', 'unreachable'],
      [{ status: 500, body: PLANTED }, 'busy'],
      [{ status: 408, body: PLANTED }, 'busy'],
      [{ status: 429, headers: { 'retry-after': '7' }, body: PLANTED }, 'busy', 7_000],
      [{ status: 503, headers: { 'retry-after': 'Thu, 12 Nov 2026 08:00:20 GMT' } }, 'busy', 20_000],
      [{ status: 503, headers: { 'retry-after': 'soon' } }, 'busy'],
      [{ status: 400, body: PLANTED }, 'refused'],
      [{ status: 401, body: PLANTED }, 'refused'],
      [{ status: 403, body: PLANTED }, 'refused'],
      [{ status: 404, body: PLANTED }, 'refused'],
      [{ status: 410, body: PLANTED }, 'refused'],
    ];
    test.each(failures)('takes the answer %j for %s, in one try, and no secret shows', async (manner, kind, after) => {
      receiver.behave(manner);
      const error = await failureOf();
      expect(error).toBeInstanceOf(NotifierError);
      expect(error).toMatchObject({ kind, retryAfterMs: after });
      expect(receiver.received).toHaveLength(1);
      expect(textOf(error)).not.toContain(PLANTED);
    });

    test('does not take a message to where a redirect points', async () => {
      const elsewhere = await startReceiver();
      receiver.behave({ status: 307, headers: { location: `${elsewhere.origin}/${PLANTED}` } });
      const error = await failureOf();
      await elsewhere.close();
      expect(error).toMatchObject({ name: 'NotifierError', kind: 'refused' });
      expect(textOf(error)).not.toContain(PLANTED);
      expect(elsewhere.received).toEqual([]);
    });

    test('counts a message as taken without the end of an answer, unless its library reads it', async () => {
      receiver.behave('slow');
      const sent = openChannel(fixture, env()).then((channel) => channel.send(message, idle));
      if (fixture.readsAnswer) await expect(sent).rejects.toMatchObject({ kind: 'unreachable' });
      else await sent;
    });

    test('ends with the reason of a signal that is aborted', async () => {
      receiver.behave('silent');
      const error = await failureOf(env(), AbortSignal.abort(new Error('the app was stopped')));
      expect(error.message).toBe('the app was stopped');
    });

    test('is unreachable where nothing listens', async () => {
      const settled = env();
      await receiver.close();
      const error = await failureOf(settled);
      receiver = await startReceiver();
      expect(error).toMatchObject({ name: 'NotifierError', kind: 'unreachable' });
      expect(textOf(error)).not.toContain(PLANTED);
    });

    test.each(settings)('refuses nonsense in the setting %s, naming it and not its value', async (name) => {
      for (const value of [`no:${PLANTED} at all!`, `endpoint=${PLANTED};accesskey=${PLANTED}`]) {
        const error = await failureOf({ ...env(), [name]: value });
        expect(error).toMatchObject({ name: 'NotifierError', kind: 'refused' });
        expect(error.message).toContain(name);
        expect(textOf(error)).not.toContain(PLANTED);
      }
      expect(receiver.received).toEqual([]);
    });

    test.each(settings)('says that the setting %s is missing', async (name) => {
      const { [name]: _, ...rest } = env();
      const error = await failureOf(rest);
      expect(error).toBeInstanceOf(SecretError);
      expect(error.message).toContain(name);
      expect(receiver.received).toEqual([]);
    });
  });
}
