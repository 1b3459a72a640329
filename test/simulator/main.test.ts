import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test('the command prints its URL, answers, and ends on SIGTERM', { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, ['src/simulator/arm/server.ts', '--operation-ms', '3000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const group = '/subscriptions/s/resourceGroups/rg';
    const seeded = await fetch(`${url}/-/resources`, {
      method: 'PUT',
      body: JSON.stringify({ [group]: { location: 'westus' } }),
    });
    expect(seeded.status).toBe(204);
    const created = await fetch(`${url}${group}/providers/Microsoft.Network/ipGroups/g?api-version=2026-01-01`, {
      method: 'PUT',
      headers: { authorization: 'Bearer any' },
      body: JSON.stringify({ location: 'westus', properties: { ipAddresses: ['10.0.0.0/24'] } }),
    });
    expect([created.status, created.headers.get('retry-after')]).toEqual([201, '3']);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await exited).toEqual([0, null]);
});

test.each([
  [['--help'], 0, /npm -s run arm/],
  [['--port', 'x'], 2, /--port: expected a whole number from 0 to 65535, got "x"/],
  [['--pots', '1'], 2, /--pots/],
])('with %j it ends with words', async (args, code, said) => {
  const child = spawn(process.execPath, ['src/simulator/arm/server.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [ended]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect({ ended, said: `${out}${err}` }).toEqual({ ended: code, said: expect.stringMatching(said) });
  expect(err).not.toContain('    at ');
});
