import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Imports a module in a fresh process and prints the bare specifiers that came along. */
const script = `
  import { registerHooks } from 'node:module';
  const bare = new Set();
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^(\\.|file:|node:)/.test(specifier)) bare.add(specifier);
      return next(specifier, context);
    },
  });
  const { targets } = await import(process.argv[1]);
  process.stdout.write(JSON.stringify({ kinds: targets.map(({ kind }) => kind), bare: [...bare] }));
`;

it('loads no SDK with the definitions of targets', async () => {
  const index = new URL('../../src/targets/index.ts', import.meta.url).href;
  const args = ['--input-type=module', '--eval', script, '--', index];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { kinds, bare } = JSON.parse(stdout) as { kinds: string[]; bare: string[] };
  expect(kinds).toContain('nsg');
  expect(bare).toContain('zod');
  expect(bare.filter((specifier) => specifier.startsWith('@'))).toEqual([]);
});
