import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { connectStorage } from '../../src/store/connect.ts';

test('a page in the place of an answer of Table Storage is an error, and no table without rows', async () => {
  const server = createServer((request, response) => {
    request.resume();
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end('<!doctype html><title>Sign in</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const endpoints = ['Table', 'Blob', 'Queue'].map((one) => `${one}Endpoint=http://127.0.0.1:${port}/devstoreaccount1`);
  const account = ['DefaultEndpointsProtocol=http', 'AccountName=devstoreaccount1', 'AccountKey=a2V5', ...endpoints];
  try {
    const { table } = await connectStorage({ connectionString: account.join(';') }, 'q', 10_000);
    await expect(table.getEntity('p', 'k')).rejects.toThrow(/expected an answer of Table Storage, got a page/);
    await expect(table.listEntities().next()).rejects.toThrow(/a proxy or a sign-in page stands between/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
