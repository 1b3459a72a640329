import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ArmClient } from '../../src/azure/arm/arm-client.ts';
import { armCloud } from '../../src/azure/arm/clouds.ts';
import { apiVersionOf, pathOf, resourceId } from '../../src/azure/arm/resource-id.ts';
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

const groups = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/ipGroups';
const group = `${groups}/acr-1`;
const getGroup = (client: ArmClient, signal = idle) => client.get(SUBJECT, signal, group);

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
        const put = client.put(SUBJECT, idle, group, { properties: {} });
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
        const list = client.list(SUBJECT, idle, groups);
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
        const list = client.list(SUBJECT, abort.signal, groups);
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
        await client.put(SUBJECT, idle, group, raw);
        const [put] = requests;
        expect(put?.method).toBe('PUT');
        expect(JSON.parse(put?.body ?? '')).toEqual(raw);
        expect(put?.headers['content-length']).toBe(String(put?.body.length));
        expect(put?.headers.authorization).toBe('Bearer simulated');
        expect(put?.headers['user-agent']).toMatch(/^service-tag-sync\/\d+\.\d+\.\d+ core-rest-pipeline\//);
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
        const after = await client.put(SUBJECT, idle, group, { properties: {} });
        expect(after).toEqual({ properties: { provisioningState: 'Succeeded', last: true } });
        expect(seen).toEqual(['PUT acr-1', 'GET 7', 'GET 7', 'GET 7', 'GET acr-1']);
      },
    );
  });
});

/** Starts each write as an operation at a path of its own, and answers a look at it with `looks`, one after the other. */
function operation(header: 'Azure-AsyncOperation' | 'Location', looks: readonly object[], seen: string[] = []) {
  const left = [...looks];
  const listener: RequestListener = ({ method = '', url = '', headers }, response) => {
    const path = new URL(url, 'http://x').pathname.split('/').at(-1);
    seen.push(`${method} ${path}`);
    const json = (status: number, body: object, more: object = {}) =>
      response.writeHead(status, { 'Content-Type': 'application/json', ...more }).end(JSON.stringify(body));
    if (method !== 'GET') json(202, {}, { [header]: `http://${headers.host}/operations/7` });
    else if (path === '7') json(200, left.shift() ?? { status: 'Succeeded' });
    else json(200, { properties: { provisioningState: 'Succeeded' } });
  };
  return listener;
}

describe('a write that Azure accepts', () => {
  const failed = { status: 'Failed', error: { code: 'SomethingFailed', message: 'Something gave way.' } };

  it.each(['Azure-AsyncOperation', 'Location'] as const)(
    'fails with what its operation says, by %s',
    async (header) => {
      const writes = [
        (client: ArmClient) => client.put(SUBJECT, idle, group, { properties: {} }),
        (client: ArmClient) => client.patch(SUBJECT, idle, group, { properties: {} }),
        (client: ArmClient) => client.delete(SUBJECT, idle, group),
      ];
      for (const write of writes) {
        await withServer(operation(header, [failed]), async (client) => {
          await expect(write(client)).rejects.toMatchObject({ code: 'SomethingFailed', operationEnded: true });
        });
      }
    },
  );

  it('is looked at once more, but for callers that read back', async () => {
    const looks = [{ status: 'InProgress' }, { status: 'Succeeded' }];
    const seen: string[] = [];
    await withServer(operation('Azure-AsyncOperation', looks, seen), async (client) => {
      expect(await client.putUnread(SUBJECT, idle, group, { properties: {} })).toBeUndefined();
      expect(seen.splice(0)).toEqual(['PUT acr-1', 'GET 7', 'GET 7']);
      await client.put(SUBJECT, idle, group, { properties: {} });
      expect(seen.splice(0)).toEqual(['PUT acr-1', 'GET 7', 'GET acr-1']);
      await client.delete(SUBJECT, idle, group);
      expect(seen.splice(0)).toEqual(['DELETE acr-1', 'GET 7']);
    });
  });

  it('is never sent a second time by itself', async () => {
    const seen: string[] = [];
    await withServer(
      ({ method = '' }, response) => {
        seen.push(method);
        response.writeHead(503).end();
      },
      async (client) => {
        const put = client.put(SUBJECT, idle, group, { properties: {} });
        await expect(put).rejects.toMatchObject({ kind: 'transient', mayPass: true });
        await expect(getGroup(client)).rejects.toMatchObject({ kind: 'transient' });
        expect(seen.filter((method) => method === 'PUT')).toHaveLength(1);
        expect(seen.filter((method) => method === 'GET').length).toBeGreaterThan(1);
      },
      { budgetMs: 2_000, sleep: async () => undefined },
    );
  });

  it('carries the etag that it was planned on', async () => {
    const etags: (string | undefined)[] = [];
    await withServer(
      ({ headers }, response) => {
        etags.push(headers['if-match']);
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end('{"properties": {"provisioningState": "Succeeded"}}');
      },
      async (client) => {
        await client.putUnread(SUBJECT, idle, group, { properties: {} }, '"1"');
        await client.delete(SUBJECT, idle, group, '"2"');
        await client.put(SUBJECT, idle, group, { properties: {} });
      },
    );
    expect(etags).toEqual(['"1"', '"2"', undefined]);
  });
});

describe('an ARM id', () => {
  const of = (path: string) => resourceId({ subscriptionId: 's', resourceGroup: 'r (é)' }, path);

  it('becomes an address with the version of its type, whatever the case of it', () => {
    const id = of('Microsoft.Network/firewallPolicies/hub/ruleCollectionGroups');
    expect(pathOf(id)).toBe(
      '/subscriptions/s/resourceGroups/r%20(%C3%A9)/providers/Microsoft.Network/firewallPolicies/hub/ruleCollectionGroups?api-version=2026-01-01',
    );
    expect(apiVersionOf(`${id}/apps`.toLowerCase())).toBe('2026-01-01');
    expect(apiVersionOf(`${id}/apps/providers/Microsoft.Authorization/locks`)).toBe('2020-05-01');
  });

  it('of a type that is not in the table is refused, with the name of the file', () => {
    expect(() => pathOf(of('Microsoft.Storage/storageAccounts/a'))).toThrow(
      /src\/azure\/arm\/resource-id\.ts, got "Microsoft\.Storage\/storageAccounts"/,
    );
  });
});

describe('armCloud', () => {
  it('asks each cloud for a token of its own', () => {
    expect(armCloud('Public').scope).toBe('https://management.azure.com/.default');
    expect(armCloud('AzureGovernment')).toEqual({
      endpoint: 'https://management.usgovcloudapi.net',
      portal: 'https://portal.azure.us',
      scope: 'https://management.usgovcloudapi.net/.default',
      authority: 'https://login.microsoftonline.us',
    });
    expect(armCloud('China').scope).toBe('https://management.chinacloudapi.cn/.default');
    expect(() => armCloud('Germany')).toThrow('expected one of the clouds Public, AzureGovernment, China');
  });
});
