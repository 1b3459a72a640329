import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { parseStartOptions, shownPath } from '../../../src/local/start/options.ts';
import { exitCodeOf, worstOf } from '../../../src/local/start/report.ts';

let printed: string;

beforeEach(() => {
  printed = '';
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('everything is off unless asked for', () => {
  expect(parseStartOptions([])).toEqual({ once: false, json: false, dryRun: false, verbose: false });
});

test('all options are read', () => {
  const args = '--once --json --dry-run --publications P --data D --config C --arm http://127.0.0.1:4701'.split(' ');
  const storage = 'UseDevelopmentStorage=true';
  expect(parseStartOptions([...args, '--storage', storage, '--port', '0'])).toEqual({
    ...{ once: true, json: true, dryRun: true, verbose: false },
    ...{ publications: 'P', data: 'D', config: 'C', arm: 'http://127.0.0.1:4701', storage, port: 0 },
  });
});

test.each([
  [['--nonsense'], "unknown option '--nonsense'"],
  [['extra'], 'too many arguments'],
  [['--port', '70000'], 'Expected a port from 0 to 65535'],
  [['--port', '1.5'], 'Expected a port from 0 to 65535'],
  [['--data'], 'argument missing'],
  [['--arm', 'management.azure.com'], 'Expected an address such as http'],
  [['--demo', '--publications', 'P'], 'cannot be used with'],
  [['--storage', 'contoso'], '--storage: expected the connection string'],
  [['--storage-file', '/proc/absent'], '--storage-file: expected a file with the connection string'],
  [['--storage-file', 'package.json'], '--storage-file package.json: expected the connection string'],
])('%j is a usage error that says what is wrong', (args, words) => {
  expect(parseStartOptions(args)).toEqual({ exit: 2 });
  expect(printed).toContain(words);
});

const account = 'DefaultEndpointsProtocol=https;AccountName=contoso';

test.each([
  `${account};AccountKey=c2VjcmV0LWtleQ==;EndpointSuffix=core.windows.net`,
  `${account}; accountkey=c2VjcmV0LWtleQ==`,
  'BlobEndpoint=https://contoso.blob.core.windows.net;SharedAccessSignature=sv=2026&sig=c2VjcmV0LWtleQ==',
  'AccountName=contoso AccountKey=c2VjcmV0LWtleQ==',
])('a secret on the command line is refused without being repeated, and read from a file: %s', async (connection) => {
  expect(parseStartOptions(['--storage', connection])).toEqual({ exit: 2 });
  expect(printed).toMatch(/^--storage: expected .*\n$/);
  expect(printed).not.toContain('c2VjcmV0');
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'options-')), 'storage');
  await writeFile(file, `${connection}\n`);
  const read = parseStartOptions(['--storage-file', file]);
  expect(parseStartOptions(['--storage', 'UseDevelopmentStorage=true', '--storage-file', file])).toEqual({ exit: 2 });
  await rm(path.dirname(file), { recursive: true });
  expect(printed).not.toContain('c2VjcmV0');
  if (connection.includes(';')) expect(read).toMatchObject({ storage: connection });
  else expect(read).toEqual({ exit: 2 });
});

test('the key that Microsoft publishes for the emulator is no secret', () => {
  expect(parseStartOptions(['--storage', inject('azurite')])).toMatchObject({ storage: inject('azurite') });
});

test('--help is no error and tells the exit codes', () => {
  expect(parseStartOptions(['--help'])).toEqual({ exit: 0 });
  expect(printed).toMatch(/Exit codes of --once:\s+0 {2}good/);
  expect(printed).not.toContain('default: false');
});

test('a failure outweighs a question, and a question what is good', () => {
  expect(worstOf([])).toBe(0);
  expect(worstOf([exitCodeOf('applied'), exitCodeOf('waiting'), exitCodeOf('no-change')])).toBe(3);
  expect(worstOf([exitCodeOf('waiting'), exitCodeOf('refused'), exitCodeOf('applied')])).toBe(1);
  expect([exitCodeOf('failed'), exitCodeOf('partial')]).toEqual([1, 1]);
});

test('a config is shown by its path from here only where it is below', () => {
  expect(shownPath(path.resolve('docs/own.json'))).toBe(path.join('docs', 'own.json'));
  const outside = path.join(path.dirname(process.cwd()), 'own.json');
  expect(shownPath(outside)).toBe(outside);
});
