import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRegistry } from '../../src/acr/read-registry.ts';
import { ArmClient } from '../../src/azure/arm/arm-client.ts';
import { ArmHttp } from '../../src/azure/arm/arm-http.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore, testTime } from '../support/open-test-store.ts';

const subject = 'IP group acr-1 (resource group net)';
const groups = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/ipGroups';
const registryId = '/subscriptions/s/resourceGroups/net/providers/Microsoft.ContainerRegistry/registries/acr';
const idle = new AbortController().signal;

/** What stands at another address and would see the token: connections are counted, none is answered. */
let elsewhere: { readonly url: string; readonly met: () => number; close(): void };
let closeArm: () => void = () => undefined;
let store: Store;

beforeEach(async () => {
  // An operation that one case leaves open is not the next one's.
  store = await openTestStore();
  let connections = 0;
  const server = createNetServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  elsewhere = { url, met: () => connections, close: () => server.close() };
});
afterEach(() => {
  closeArm();
  elsewhere.close();
});

/** Starts an ARM that answers as `listener` says; its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeArm = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A client of such an ARM. */
async function clientOf(listener: RequestListener): Promise<ArmClient> {
  return ArmClient.open({
    cloud: 'Public',
    subscriptionId: 's',
    armEndpoint: await serve(listener),
    pace: { budgetMs: 0, pollMs: 1 },
    operations: store.operationsOf('hub'),
  });
}

const json = { 'content-type': 'application/json' };
const updating = JSON.stringify({ id: 'x', properties: { provisioningState: 'Updating' } });

/** Addresses that an answer of ARM may name to ask next, each at a host that is not ARM. */
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  'the next page of a list': async () => {
    const page = JSON.stringify({ value: [{ properties: {} }], nextLink: `${elsewhere.url}/list?page=2` });
    const client = await clientOf((_request, response) => response.writeHead(200, json).end(page));
    return client.list(subject, idle, groups);
  },
  ...Object.fromEntries(
    ['azure-asyncoperation', 'location'].map((header) => [
      `the operation of a PUT, by ${header}`,
      async () => {
        const client = await clientOf((_request, response) =>
          response
            .writeHead(header === 'location' ? 202 : 201, { ...json, [header]: `${elsewhere.url}/operations/7` })
            .end(updating),
        );
        return client.put(subject, idle, `${groups}/acr-1`, { properties: {} });
      },
    ]),
  ),
  'the operation of a PATCH': async () => {
    const client = await clientOf((_request, response) =>
      response.writeHead(202, { ...json, location: `${elsewhere.url}/operations/7` }).end(updating),
    );
    return client.patch(subject, idle, registryId, { properties: {} });
  },
  'a page that an earlier answer named': async () => {
    const client = await clientOf((_request, response) => response.writeHead(200, json).end('{}'));
    return client.page(subject, idle, `${elsewhere.url}/tags?page=2`);
  },
  'a page at an address that only begins like ours': async () => {
    const client = await clientOf((_request, response) => response.writeHead(200, json).end('{}'));
    return client.page(subject, idle, elsewhere.url.replace('https://', 'https://management.azure.com@'));
  },
  'the replications of a registry': async () => {
    const registry = JSON.stringify({ sku: { name: 'Premium' }, properties: {}, location: 'westus' });
    const page = JSON.stringify({ value: [], nextLink: `${elsewhere.url}/replications?page=2` });
    const url = await serve(({ url = '' }, response) => {
      response.writeHead(200, json).end(url.includes('/replications') ? page : registry);
    });
    return readRegistry(registryId, { cloud: 'Public', armEndpoint: url }, idle);
  },
  'an operation that an earlier worker noted': async () => {
    await store.operationsOf('hub').begun({ url: `${elsewhere.url}/operations/7`, subject });
    const client = await clientOf((_request, response) => response.writeHead(200, json).end('{}'));
    return client.resume(testTime, idle);
  },
};

test.each(Object.entries(ways))('no token goes to another host for %s', async (_name, ask) => {
  await expect(ask()).rejects.toMatchObject({ kind: 'unreadable', message: expect.stringContaining(elsewhere.url) });
  expect(elsewhere.met()).toBe(0);
});

const send = (http: ArmHttp, url: string) =>
  http.clientFor({ subject, signal: idle }).sendRequest(createPipelineRequest({ url, allowInsecureConnection: true }));

test('what the token is made for may be asked, also where another address of it is configured', async () => {
  const http = new ArmHttp('https://westus.arm.example', undefined, elsewhere.url);
  const asked = send(http, `${elsewhere.url}/operations/7`);
  await expect(asked).rejects.not.toMatchObject({ kind: 'unreadable' });
  expect(elsewhere.met()).toBeGreaterThan(0);
});

test.each([
  ['https://westus.arm.invalid/operations/7', true],
  ['https://arm.invalid/operations/7', true],
  ['https://westus.arm.invalid:8443/operations/7', false],
  ['http://westus.arm.invalid/operations/7', false],
  ['https://westusarm.invalid/operations/7', false],
  ['https://arm.invalid.example/operations/7', false],
])('%s is ARM or a regional host of it: %s', async (url, isArm) => {
  const http = new ArmHttp('https://arm.invalid', undefined);
  const asked = expect(send(http, url)).rejects;
  if (isArm) await asked.not.toMatchObject({ kind: 'unreadable' });
  else await asked.toMatchObject({ kind: 'unreadable' });
});

test('an answer without an end is cut off, and taken for none', async () => {
  let sent = 0;
  let closed = false;
  const megabyte = Buffer.alloc(1e6, ' ');
  const client = await clientOf((_request, response) => {
    response.writeHead(200, json);
    response.on('close', () => {
      closed = true;
    });
    const more = (): void => {
      sent++;
      if (!response.destroyed) response.write(megabyte, more);
    };
    more();
  });
  const asked = client.list(subject, idle, groups);
  await expect(asked).rejects.toMatchObject({
    kind: 'unreadable',
    message: expect.stringContaining('more than 64 MB'),
  });
  expect(sent).toBeLessThan(100);
  await expect.poll(() => closed).toBe(true);
});
