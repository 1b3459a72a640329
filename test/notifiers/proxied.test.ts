import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notifierFixtures } from '../contract/kinds/notifiers.ts';
import { type ForwardProxy, startForwardProxy } from '../support/forward-proxy.ts';
import { messageOf, notice } from '../support/sample-notices.ts';

// Receivers that only a proxy reaches, behind a certificate of its own authority: what a company's network is like.

const origin = 'https://mirror.example';
const file = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const source = (name: string): string => new URL(`../../src/${name}`, import.meta.url).href;

let site: Server;
let proxy: ForwardProxy;
const received: { readonly method: string; readonly body: string }[] = [];

beforeAll(async () => {
  const [key, cert] = [readFileSync(file('key.pem')), readFileSync(file('certificate.pem'))];
  site = createServer({ key, cert }, async (request, response) => {
    received.push({ method: request.method ?? '', body: await text(request) });
    response.writeHead(202, { 'operation-location': `${origin}/emails/operations/1` }).end('{}');
  });
  await once(site.listen(0, '127.0.0.1'), 'listening');
  proxy = await startForwardProxy((site.address() as AddressInfo).port, 'user:word');
});
afterAll(async () => {
  await proxy.close();
  site.close();
  site.closeAllConnections();
});

/** Sends a notice in a process of its own: certificates are read when it begins. What it says of a failure, else nothing. */
async function send(kind: string, config: object, own: Readonly<Record<string, string>>): Promise<string> {
  const script = `const { notifiers } = await import(${JSON.stringify(source('notifiers/index.ts'))});
    const definition = notifiers.find(({ kind }) => kind === ${JSON.stringify(kind)});
    const context = { secret: ({ $env }) => process.env['OWN_' + $env] ?? '', now: () => new Date(), log: () => {}, answerMs: 20_000 };
    const channel = await definition.open(definition.schema.parse(${JSON.stringify(config)}), context);
    try {
      await channel.send(${JSON.stringify(messageOf(notice))}, AbortSignal.timeout(25_000));
    } catch (error) {
      process.stdout.write(error.message);
    }
    process.exit();`;
  const secrets = Object.fromEntries(Object.entries(own).map(([name, value]) => [`OWN_${name}`, value]));
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: file('certificate.pem'),
      HTTPS_PROXY: `http://user:word@${proxy.address}`,
      ...secrets,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(err).toBe('');
  return out;
}

describe.each(notifierFixtures)('$kind', ({ kind, config, env }) => {
  test('reaches its receiver through the proxy, with its login, and in no other way', async () => {
    const [asked, posts] = [proxy.asked.length, received.length];
    expect(await send(kind, config, env(origin))).toBe('');
    expect(new Set(proxy.asked.slice(asked))).toEqual(new Set(['CONNECT mirror.example:443']));
    // E-mail asks once more what became of it.
    const notices = received.slice(posts).filter(({ method }) => method === 'POST');
    expect(notices.map(({ body }) => body.includes('Storage.WestUS'))).toEqual([true]);
  }, 60_000);
});
