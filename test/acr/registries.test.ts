import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { advise } from '../../src/acr/advice/index.ts';
import { hostsOf, tagsOf } from '../../src/acr/derive.ts';
import { followRegistries } from '../../src/acr/follow-registries.ts';
import { readRegistry } from '../../src/acr/read-registry.ts';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import { TargetError } from '../../src/ports/target.ts';
import { startSimulatedArm } from '../../src/simulator/arm/server.ts';
import { catalog, registryCases } from './cases.ts';

const group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-acr';
const id = `${group}/providers/Microsoft.ContainerRegistry/registries/contoso`;
const now = new Date('2024-01-15T12:00:00Z');

let arm: Awaited<ReturnType<typeof startSimulatedArm>>;
beforeAll(async () => {
  arm = await startSimulatedArm({ operationMs: 1, pageSize: 1 });
});
afterAll(() => arm.close());

async function control(path: string, body: unknown, method = 'PUT'): Promise<void> {
  const answer = await fetch(`${arm.url}/-/${path}`, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

const read = () => readRegistry(id, { cloud: 'Public', armEndpoint: arm.url }, AbortSignal.timeout(5_000));

function reach(tags: readonly string[]) {
  const known: Readonly<Record<string, readonly string[]>> = catalog;
  const all = PrefixSet.from(
    'ipv4',
    tags.flatMap((tag) => known[tag] ?? []),
  );
  return { addresses: all.count, prefixes: all.toPrefixes().length };
}

describe('a registry in ARM', () => {
  test.each(registryCases)('$name', async (given) => {
    const { sku, location = 'westeurope', properties = {}, replicas = [], part = 'all' } = given;
    await control('reset', undefined, 'POST');
    await control('resources', {
      [group]: { location },
      [id]: { location, sku: { name: sku }, properties },
      ...Object.fromEntries(replicas.map((at) => [`${id}/replications/${at}`, { location: at, properties: {} }])),
    });
    const registry = await read();
    const { known } = followRegistries(
      [],
      [{ name: 'contoso', origin: id.toLowerCase(), registry }],
      new Set(Object.keys(catalog)),
      now,
    );
    const [one] = known;
    if (!one) throw new Error('no registry');
    expect(tagsOf(one, part)).toEqual(given.tags);
    expect(one.withoutTag).toEqual(given.withoutTag ?? []);
    expect(registry.families).toEqual(given.families ?? ['ipv4']);
    expect(hostsOf(registry, part, 'Public', false)).toEqual(given.hosts);

    const regionTags = (service: string) =>
      Object.fromEntries(Object.entries(one.tagRegions).map(([region, name]) => [region, `${service}.${name}`]));
    const advice = advise({
      cloud: 'Public',
      registries: [
        {
          name: 'contoso',
          registry,
          withoutTag: one.withoutTag,
          tags: { login: regionTags('AzureContainerRegistry'), layers: regionTags('Storage') },
        },
      ],
      lists: [
        { name: 'pulls', tags: given.tags, ownTags: [], registries: [{ registry: 'contoso', part }], targets: ['hub'] },
      ],
      targets: [{ id: 'hub', kind: 'ip-group', direction: 'egress', list: 'pulls' }],
      reach,
    });
    expect(advice.map(({ rule }) => rule)).toEqual(given.advice.map((one) => (typeof one === 'string' ? one : one[0])));
    for (const [index, wanted] of given.advice.entries()) {
      if (typeof wanted !== 'string') expect(advice[index]?.figures).toMatchObject(wanted[1]);
    }
    for (const { commands, text } of advice) {
      expect(text).toMatch(/\.$/);
      for (const command of commands) expect(command).toMatch(/^az /);
    }
  });

  test.each([
    ['the right to read it is missing', { status: 403, code: 'AuthorizationFailed' }, 'forbidden'],
    ['it is gone', { status: 404, code: 'ResourceNotFound' }, 'invalid'],
  ])('cannot be read when %s, which is no empty registry', async (_, effect, kind) => {
    await control('faults', [{ match: { pathIncludes: 'registries' }, effect }]);
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TargetError);
    expect(error).toMatchObject({ kind, message: expect.stringContaining('contoso') });
  });

  test('whose replicas cannot be listed is not one without replicas', async () => {
    await control('faults', [
      { match: { pathIncludes: 'replications' }, effect: { status: 403, code: 'AuthorizationFailed' } },
    ]);
    await expect(read()).rejects.toThrow(TargetError);
    await control('faults', []);
  });
});

describe('advice on lists', () => {
  const none = { cloud: 'Public', registries: [], reach };
  const list = (tags: readonly string[]) => ({ name: 'pulls', tags, ownTags: tags, registries: [], targets: ['wall'] });
  const rulesFor = (tags: readonly string[], direction: 'egress' | 'ingress' = 'egress') =>
    advise({ ...none, lists: [list(tags)], targets: [{ id: 'wall', kind: 'feed', direction, list: 'pulls' }] }).map(
      ({ rule, weight }) => [rule, weight],
    );

  test.each([
    ['MCR alone', ['MicrosoftContainerRegistry'], [['mcr-front-door', 'do']]],
    ['MCR with Front Door', ['MicrosoftContainerRegistry', 'AzureFrontDoor.FirstParty'], []],
    ['a tag that people take for hosted agents', ['AzureDevOps'], [['hosted-agents', 'know']]],
    ['a tag that begins like one', ['AzureCloudX'], []],
  ])('%s', (_, tags, expected) => expect(rulesFor(tags)).toEqual(expected));

  test('hosted agents are refused where they would be let in', () => {
    expect(rulesFor(['AzureCloud.WestEurope'], 'ingress')).toEqual([['hosted-agents', 'refuse']]);
  });

  test('a list that holds one region of two by its tags lacks a replica', () => {
    const registry = {
      origin: 'x',
      loginServer: 'contoso.azurecr.io',
      regions: ['westeurope', 'northeurope'],
      dataEndpoints: [],
      families: ['ipv4' as const],
    };
    const tags = {
      login: { westeurope: 'AzureContainerRegistry.WestEurope', northeurope: 'AzureContainerRegistry.NorthEurope' },
      layers: { westeurope: 'Storage.WestEurope', northeurope: 'Storage.NorthEurope' },
    };
    const registries = [{ name: 'contoso', registry, withoutTag: [], tags }];
    const advice = advise({ ...none, registries, lists: [list(['Storage.WestEurope'])], targets: [] });
    expect(advice.map(({ rule, text }) => [rule, text.includes('Add Storage.NorthEurope')])).toEqual([
      ['replica-without-list', true],
    ]);
    expect(
      advise({ ...none, registries, lists: [list(['Storage.WestEurope', 'Storage.NorthEurope'])], targets: [] }),
    ).toEqual([]);
  });
});
