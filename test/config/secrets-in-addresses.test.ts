import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';

/** Everything that `check` says of a config with this source, and of these links. */
function said(source: object, links: object = {}): string {
  const text = JSON.stringify({
    ...{
      schema: 1,
      instance: 'test',
      cloud: 'Public',
      lists: { west: { tags: ['Storage.WestUS'] } },
      targets: {},
      links,
    },
    source: { kind: 'download-centre', ...source },
  });
  try {
    parseConfig(text, { file: 'config', kinds: knownKinds, now: new Date('2024-01-15') });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const places: readonly [string, (address: string) => string][] = [
  ...['mirror', 'detailsPage', 'latest', 'lastGood'].map((name): [string, (address: string) => string] => [
    name,
    (address) => said({ [name]: address }),
  ]),
  ['a mirror of mirrors', (url) => said({ mirrors: [{ url }] })],
  ['origins', (address) => said({ origins: [address] })],
];

const secrets = [
  'https://contoso.blob.core.windows.net/tags/a.json?sv=2025-01-05&sp=r&sig=dGhlIHNlY3JldA%3D%3D',
  'https://files.contoso.example/a.json?code=dGhlIHNlY3JldA',
  'https://files.contoso.example/a.json?access_token=dGhlIHNlY3JldA',
  'https://bucket.s3.amazonaws.com/a.json?X-Amz-Signature=dGhlIHNlY3JldA',
  'https://user:dGhlIHNlY3JldA@files.contoso.example/a.json',
];

test.each(places)('%s takes no secret in an address, does not show it, and says what to write', (_, check) => {
  for (const address of secrets) {
    const text = check(address);
    expect(text).toContain('without a signature (SAS), key or token');
    expect(text).toContain('{ "url": { "$env": "NAME" } }');
    expect(text).not.toContain('dGhl');
  }
  expect(check('https://files.contoso.example/a.json?version=2')).toBe('');
});

test('a header that gives access is not written out', () => {
  for (const name of ['Authorization', 'x-api-key', 'X-JFrog-Art-Api', 'Private-Token']) {
    const text = said({ headers: { [name]: 'Bearer dGhlIHNlY3JldA' } });
    expect(text).toContain('{ "$env": "NAME" }');
    expect(text).not.toContain('dGhl');
    expect(said({ mirrors: [{ url: 'https://files.contoso.example', headers: { [name]: { $env: 'TOKEN' } } }] })).toBe(
      '',
    );
  }
  expect(said({ headers: { accept: 'application/json' } })).toBe('');
});

test('neither is shown of a link of notices', () => {
  const text = said({}, { page: 'https://sync.contoso.example/?code=dGhlIHNlY3JldA' });
  expect(text).toContain('it would stand in every notice');
  expect(text).not.toContain('dGhl');
});
