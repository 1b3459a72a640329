import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedDocs } from '../../src/build/docs.ts';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Kinds } from '../../src/config/schema.ts';
import { grantsOf, rolesOf } from '../../src/run/rights.ts';
import { describeContract } from '../contract/target/contract.ts';
import { textsOf, useService } from '../contract/target/under-service.ts';
import { oneGroupFixture } from '../support/one-group.ts';

// The one line: what src/targets/index.ts would have more.
const targets = [...knownKinds.targets, oneGroupFixture.definition];

const kinds: Kinds = { ...knownKinds, targets };

describe('a kind added with one file and one line', () => {
  const text = (change: object = {}) =>
    JSON.stringify({
      schema: 1,
      instance: 'test',
      cloud: 'Public',
      lists: { west: { tags: ['Storage.WestUS'] } },
      targets: { only: { kind: 'one-group', mode: 'sync', list: 'west', ...oneGroupFixture.config, ...change } },
    });
  const parse = (change?: object) =>
    parseConfig(text(change), { file: 'config.json', kinds, now: new Date('2026-11-22T00:00:00Z') });

  it('is taken in the config, and its mistakes are told like those of any kind', () => {
    expect(parse().config.targets.only).toMatchObject({ kind: 'one-group', mode: 'sync', adopt: false });
    expect(() => parse({ group: 7, colour: 'red' })).toThrow(/group[\s\S]*colour|colour[\s\S]*group/);
  });

  it('stands in every page and schema that is written from the code', () => {
    const docs = generatedDocs(kinds);
    expect(docs.get('docs/targets.md')).toContain(
      '| `one-group` | One IP group, and never a second. | IPv4 | egress |',
    );
    expect(docs.get('docs/configuration.md')).toContain('Name of the one group.');
    expect(docs.get('docs/service-tag-sync.schema.json')).toContain('"one-group"');
  });

  it('declares the rights that its identity is granted, and no others', () => {
    const actions = ['Microsoft.Network/ipGroups/read', 'Microsoft.Network/ipGroups/write'];
    expect(rolesOf(targets)['one-group']).toEqual(actions);
    const { subscriptionId } = oneGroupFixture.config as { subscriptionId: string };
    expect(grantsOf(parse().config, targets)).toEqual([
      { role: 'one-group', identity: 'app', subscriptionId, resourceGroup: 'net' },
    ]);
  });
});

describe('a list of a kind that takes neither /31 nor /32', () => {
  const on = useService(oneGroupFixture);
  const [a, b, , pair, single] = oneGroupFixture.entries;

  it('is counted as it is spelt: a /31 takes two entries', async () => {
    await on.want([a], [pair], oneGroupFixture.tight);
    const view = await on.world.run();
    expect(view.status).toBe('refused');
    expect(textsOf(view).join()).toContain('3 entries are needed and 2 fit');
    await on.configure([[a], [pair]], { maxEntries: 3 });
    await on.expectApplied([a, pair]);
    await on.expectSettled([a, pair]);
  });

  it('is written as addresses, compared by them, and settled', async () => {
    await on.want([a, b], [pair, single]);
    await on.expectApplied([a, b, pair, single]);
    expect(await on.place.entries()).toEqual(expect.arrayContaining(['52.0.0.2', '52.0.0.3', '104.40.0.7']));
    await on.expectSettled([a, b, pair, single]);
  });
});

describe('the contract', () => {
  const folder = new URL('.', import.meta.url);

  it.each(knownKinds.targets.map(({ kind }) => kind))('is run by %s, in the file of its name', async (kind) => {
    expect(await readFile(new URL(`${kind}.test.ts`, folder), 'utf8')).toContain(`describeContract('${kind}',`);
  });
});

describeContract('one-group', oneGroupFixture);
