import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ArmClient } from '../../src/azure/arm/arm-client.ts';
import { armCloud } from '../../src/azure/arm/clouds.ts';
import type { Pace } from '../../src/ports/target.ts';

const SUBJECT = 'IP group acr-1 (resource group net)';
const idle = new AbortController().signal;

/** A client of a server that answers whatever `listener` says. */
async function withServer(
  listener: RequestListener,
  run: (client: ArmClient, url: string) => Promise<void>,
  pace: Partial<Pace> = {},
): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const armEndpoint = `http://127.0.0.1:${address.port}/`;
  const quick = { budgetMs: 0, pollMs: 1, ...pace };
  try {
    const client = await ArmClient.open({ cloud: 'Public', subscriptionId: 's', armEndpoint, pace: quick });
    await run(client, armEndpoint);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const getGroup = (client: ArmClient, signal = idle) =>
  client.get(SUBJECT, signal, (options) => client.network.ipGroups.get('net', 'acr-1', options));

describe('ArmClient', () => {
  it.each([
    ['an HTML page', 'text/html', '<html>Sign in</html>'],
    ['an HTML page called JSON', 'application/json', '<html>Sign in</html>'],
    ['half a document', 'application/json', '{"properties": {'],
    ['nothing', 'application/json', ''],
    ['null', 'application/json', 'null'],
    ['a list', 'application/json', '[]'],
    ['a resource without properties', 'application/json', '{"id": "x"}'],
  ])('calls %s in place of a resource unreadable', async (_, type, body) => {
    await withServer(
      (_request, response) => response.writeHead(200, { 'Content-Type': type }).end(body),
      async (client) => {
        await expect(getGroup(client)).rejects.toMatchObject({ kind: 'unreadable' });
      },
    );
  });

  it.each([
    ['Failed', 'failed-state'],
    ['Canceled', 'superseded'],
  ])('hears of a write that left the resource %s from its state alone', async (end, kind) => {
    const answer = (provisioningState: string) => JSON.stringify({ id: 'x', properties: { provisioningState } });
    await withServer(
      ({ method }, response) => {
        response.writeHead(method === 'PUT' ? 201 : 200, { 'Content-Type': 'application/json' });
        response.end(answer(method === 'PUT' ? 'Updating' : end));
      },
      async (client) => {
        const put = client.put(SUBJECT, idle, { properties: {} }, (options) =>
          client.network.ipGroups.createOrUpdate('net', 'acr-1', {}, options),
        );
        await expect(put).rejects.toMatchObject({ kind, message: expect.stringContaining('the next run writes it') });
      },
    );
  });

  it.each([
    ['ResourceNotFound', undefined],
    ['NotFound', undefined],
    ['ResourceGroupNotFound', 'invalid'],
    ['SubscriptionNotFound', 'invalid'],
    ['ParentResourceNotFound', 'invalid'],
  ])('takes a 404 %s for absent only if the resource itself is', async (code, kind) => {
    await withServer(
      (_request, response) => response.writeHead(404).end(JSON.stringify({ error: { code, message: 'None.' } })),
      async (client) => {
        const got = await getGroup(client).catch((error: unknown) => error);
        if (kind === undefined) expect(got).toBeUndefined();
        else expect(got).toMatchObject({ kind, code });
      },
    );
  });

  it.each([
    ['no list', '{}'],
    ['null', 'null'],
    ['a list of texts', '{"value": ["a"]}'],
  ])('calls %s in place of a list unreadable, not empty', async (_, body) => {
    await withServer(
      (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body),
      async (client) => {
        const list = client.list(SUBJECT, idle, (options) =>
          client.network.ipGroups.listByResourceGroup('net', options),
        );
        await expect(list).rejects.toMatchObject({ kind: 'unreadable' });
      },
    );
  });

  it('slows down when Azure says that little is left, before it refuses', async () => {
    const slept: number[] = [];
    const sleep = async (ms: number) => void slept.push(ms);
    const left = ['200', '24', '23', '22'];
    await withServer(
      (_request, response) => {
        const headers = { 'x-ms-ratelimit-remaining-subscription-reads': left.shift() ?? '21' };
        response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
        response.end('{"properties": {"provisioningState": "Succeeded"}}');
      },
      async (client) => {
        for (let i = 0; i < 4; i++) await getGroup(client);
      },
      { sleep, now: () => 0 },
    );
    // The first two met no scarcity; 25 are left to others, and 25 a second come back.
    expect(slept).toEqual([80, 120]);
  });

  it('gives up a request that nobody answers', async () => {
    await withServer(
      () => {},
      async (client) => {
        await expect(getGroup(client)).rejects.toMatchObject({
          kind: 'transient',
          message: expect.stringContaining('no answer in time'),
        });
      },
      { requestMs: 20 },
    );
  });

  it('stops a request under way when it is aborted', async () => {
    const abort = new AbortController();
    const reason = new Error('lost');
    await withServer(
      () => abort.abort(reason),
      async (client) => {
        await expect(getGroup(client, abort.signal)).rejects.toBe(reason);
      },
    );
  });

  it('stops between the pages of a list when it is aborted', async () => {
    const abort = new AbortController();
    const reason = new Error('lost');
    let base = '';
    await withServer(
      (request, response) => {
        if (request.url?.includes('page=2')) abort.abort(reason);
        else {
          const page = { value: [{ properties: {} }], nextLink: `${base}list?page=2&api-version=1` };
          response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(page));
        }
      },
      async (client, url) => {
        base = url;
        const list = client.list(SUBJECT, abort.signal, (options) =>
          client.network.ipGroups.listByResourceGroup('net', options),
        );
        await expect(list).rejects.toBe(reason);
      },
    );
  });

  it('says who it is, sends no real token over plain http, and never a body of its own making', async () => {
    const requests: { headers: IncomingMessage['headers']; method: string; url: string; body: string }[] = [];
    await withServer(
      (request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += String(chunk);
        });
        request.on('end', () => {
          requests.push({ headers: request.headers, method: request.method ?? '', url: request.url ?? '', body });
          response
            .writeHead(200, { 'Content-Type': 'application/json' })
            .end('{"properties": {"provisioningState": "Succeeded"}}');
        });
      },
      async (client) => {
        const raw = { location: 'x', properties: { unknownToTheSdk: 1 } };
        await client.put(SUBJECT, idle, raw, (options) =>
          client.network.ipGroups.createOrUpdate('net', 'acr-1', {}, options),
        );
        const [put] = requests;
        expect(put?.method).toBe('PUT');
        expect(JSON.parse(put?.body ?? '')).toEqual(raw);
        expect(put?.headers['content-length']).toBe(String(put?.body.length));
        expect(put?.headers.authorization).toBe('Bearer simulated');
        expect(put?.headers['user-agent']).toMatch(/^service-tag-sync\/\d+\.\d+\.\d+ azsdk-js-arm-network\//);
        expect(client.writes).toBe(1);
      },
    );
  });

  it('follows an operation whose addresses the server gives under its own name', async () => {
    const seen: string[] = [];
    let base = '';
    await withServer(
      (request, response) => {
        seen.push(`${request.method} ${new URL(request.url ?? '', 'http://x').pathname.split('/').at(-1)}`);
        const json = (status: number, body: object, headers: object = {}) =>
          response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
        if (request.method === 'PUT') {
          const resource = { properties: { provisioningState: 'Updating' } };
          json(201, resource, { 'Azure-AsyncOperation': `${base}operations/7?api-version=1` });
        } else if (request.url?.includes('/operations/')) {
          json(200, { status: seen.length < 4 ? 'InProgress' : 'Succeeded' });
        } else json(200, { properties: { provisioningState: 'Succeeded', last: true } });
      },
      async (client, url) => {
        base = url;
        const after = await client.put(SUBJECT, idle, { properties: {} }, (options) =>
          client.network.ipGroups.createOrUpdate('net', 'acr-1', {}, options),
        );
        expect(after).toEqual({ properties: { provisioningState: 'Succeeded', last: true } });
        expect(seen).toEqual(['PUT acr-1', 'GET 7', 'GET 7', 'GET 7', 'GET acr-1']);
      },
    );
  });
});

describe('armCloud', () => {
  it('asks each cloud for a token of its own', () => {
    expect(armCloud('Public').scope).toBe('https://management.azure.com/.default');
    expect(armCloud('AzureGovernment')).toEqual({
      endpoint: 'https://management.usgovcloudapi.net',
      scope: 'https://management.usgovcloudapi.net/.default',
      authority: 'https://login.microsoftonline.us',
    });
    expect(armCloud('China').scope).toBe('https://management.chinacloudapi.cn/.default');
    expect(() => armCloud('Germany')).toThrow('expected one of the clouds Public, AzureGovernment, China');
  });
});
