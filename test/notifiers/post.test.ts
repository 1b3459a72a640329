import type { LookupAddress } from 'node:dns';
import { Agent, fetch } from 'undici';
import { expect, test } from 'vitest';
import { guardedLookup } from '../../src/notifiers/guarded-fetch.ts';
import { post } from '../../src/notifiers/post.ts';
import { startReceiver } from '../support/receiver.ts';

const idle = new AbortController().signal;

test('a fault of ours is passed on, and not taken for a receiver that cannot be reached', async () => {
  const sent = post(
    { url: 'http://127.0.0.1:4711', place: 'the address', body: '', headers: { odd: 'a\nb' }, allowHttp: false },
    () => new Date(),
    idle,
  );
  await expect(sent).rejects.toMatchObject({ name: 'TypeError', message: expect.stringContaining('Headers') });
});

const send = (url: string, allowHttp = false) =>
  post(
    { url, place: 'the address in the setting URL', body: '{}', headers: {}, allowHttp, answerMs: 2000 },
    () => new Date(),
    idle,
  );

// Every one of them has a secret in it, which no error may repeat.
test.each([
  ['http://hooks.contoso.example/planted', false, /expected an address with https:\/\/.*`allowHttp`/],
  ['http://203.0.113.7/planted', false, /expected an address with https:\/\//],
  ['http://169.254.169.254/planted', true, /link-local/],
  ['https://169.254.169.254/planted', false, /link-local/],
  ['https://2852039166/planted', false, /link-local/],
  ['https://0xa9.0xfe.1.1/planted', false, /link-local/],
  ['https://[fe80::1]/planted', false, /link-local/],
  ['https://[::ffff:169.254.1.1]/planted', false, /link-local/],
  ['https://[64:ff9b::a9fe:a9fe]/planted', false, /link-local/],
  ['https://168.63.129.16/planted', false, /link-local/],
  ['ftp://contoso.example/planted', true, /web address/],
  ['https://user:planted@contoso.example/', true, /web address/],
  ['planted', true, /web address/],
])('nothing is sent to %s (http allowed: %s)', async (url, allowHttp, says) => {
  const refused = expect.objectContaining({
    name: 'NotifierError',
    kind: 'refused',
    message: expect.stringMatching(says),
  });
  await expect(send(url, allowHttp)).rejects.toEqual(refused);
  await expect(send(url, allowHttp)).rejects.not.toThrow('planted');
});

test('http is for this machine, and for others where the config says so', async () => {
  const receiver = await startReceiver();
  const { port } = new URL(receiver.origin);
  await send(`${receiver.origin}/planted`);
  await send(`http://localhost:${port}/planted`);
  expect(receiver.received).toHaveLength(2);
  // Allowed, and then there is no such host.
  await expect(send('http://receiver.invalid/planted', true)).rejects.toMatchObject({ kind: 'unreachable' });
  await receiver.close();
});

const answering = (...addresses: LookupAddress[]) =>
  guardedLookup((_host, _options, done) => done(addresses.length > 0 ? null : new Error('ENOTFOUND'), addresses));

test.each([
  ['a link-local address', [{ address: '169.254.169.254', family: 4 }], true],
  [
    'one among others',
    [
      { address: '203.0.113.7', family: 4 },
      { address: 'fe80::1%eth0', family: 6 },
    ],
    true,
  ],
  ['one written as IPv6', [{ address: '::ffff:169.254.169.254', family: 6 }], true],
  [
    'good ones',
    [
      { address: '203.0.113.7', family: 4 },
      { address: '2001:db8::7', family: 6 },
    ],
    false,
  ],
])('a host name that leads to %s', async (_name, addresses, refused) => {
  const look = (all: boolean) =>
    new Promise((resolve) => {
      answering(...addresses)('hooks.contoso.example', { all }, (error, found, family) =>
        resolve(error ? error.code : [found, family]),
      );
    });
  const [first] = addresses;
  expect(await look(true)).toEqual(refused ? 'ERR_GUARDED_ADDRESS' : [addresses, undefined]);
  expect(await look(false)).toEqual(refused ? 'ERR_GUARDED_ADDRESS' : [first?.address, first?.family]);
});

test('a request whose host name leads to a link-local address ends before it connects', async () => {
  const dispatcher = new Agent({ connect: { lookup: answering({ address: '169.254.169.254', family: 4 }) } });
  const asked = fetch('http://hooks.contoso.example/', { dispatcher });
  await expect(asked).rejects.toMatchObject({ cause: { code: 'ERR_GUARDED_ADDRESS' } });
});
