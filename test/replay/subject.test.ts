import { expect, test } from 'vitest';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { everyRegionalTag, subjectOf } from '../../src/replay/subject.ts';

const resourceId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso';
const named = { loginServer: 'fabrikam.azurecr.io', regions: ['northeurope'], families: ['ipv4', 'ipv6'] };
const names = new Set([
  'Storage',
  'Storage.WestEurope',
  'Storage.NorthEurope',
  'AzureContainerRegistry.WestEurope',
  'AzureCloud.westeurope',
  'Sql.WestEurope',
]);

function configOf(lists: object, targetLists: readonly string[] = Object.keys(lists)) {
  const feed = (list: string) => ({ kind: 'feed', mode: 'sync', list, name: list, keys: [{ $env: 'KEY' }] });
  const targets = Object.fromEntries(targetLists.map((list) => [`to-${list}`, feed(list)]));
  const registries = { contoso: { resourceId }, fabrikam: named };
  const config = { schema: 1, instance: 'one', cloud: 'Public', registries, lists, targets };
  const options = { file: 'config', kinds: knownKinds, now: new Date('2024-01-01') };
  return parseConfig(JSON.stringify(config), options).config;
}
const regions = (...all: (readonly [string, readonly string[]])[]) => new Map(all);
const follows = (registry: string) => ({ registries: [{ registry, part: 'all' }] });

test('without a config every regional tag of both services is watched', () => {
  const { watch } = everyRegionalTag.watched(names);
  expect([...watch]).toEqual([
    ['AzureContainerRegistry.WestEurope', ['ipv4', 'ipv6']],
    ['Storage.NorthEurope', ['ipv4', 'ipv6']],
    ['Storage.WestEurope', ['ipv4', 'ipv6']],
  ]);
});

test('lists give tags and families, together; of a list without a target nobody hears', () => {
  const lists = {
    a: { tags: ['Storage.WestEurope', 'Sql.WestEurope'] },
    b: { tags: ['Storage.WestEurope'], families: ['ipv6'] },
    c: { tags: ['AzureCloud.westeurope'] },
  };
  const subject = subjectOf(configOf(lists, ['a', 'b']), regions());
  expect([...subject.services].sort()).toEqual(['AzureCloud', 'Sql', 'Storage']);
  expect([...subject.watched(names).watch]).toEqual([
    ['Storage.WestEurope', ['ipv4', 'ipv6']],
    ['Sql.WestEurope', ['ipv4']],
    ['AzureCloud.westeurope', []],
  ]);
  expect(subjectOf(configOf(lists, []), regions()).watched(names).watch.get('AzureCloud.westeurope')).toEqual(['ipv4']);
});

test('a registry takes part by the regions that are given, or by those of the config, with its families', () => {
  const config = configOf({ a: follows('contoso'), b: follows('fabrikam') });
  const given = regions(['contoso', ['westeurope', 'mars']]);
  expect(subjectOf(config, given).watched(names)).toEqual({
    watch: new Map([
      ['AzureContainerRegistry.WestEurope', ['ipv4']],
      ['Storage.WestEurope', ['ipv4']],
      // No file has AzureContainerRegistry.NorthEurope; the region is known by the other tag.
      ['AzureContainerRegistry.NorthEurope', ['ipv4', 'ipv6']],
      ['Storage.NorthEurope', ['ipv4', 'ipv6']],
    ]),
    withoutTag: [{ registry: 'contoso', regions: ['mars'] }],
  });
  const moved = regions(...given, ['fabrikam', ['West Europe']]);
  expect(subjectOf(config, moved).watched(names).watch.get('Storage.WestEurope')).toEqual(['ipv4', 'ipv6']);
});

test.each<[string, object, ReadonlyMap<string, readonly string[]>, RegExp]>([
  ['without regions', follows('contoso'), regions(), /expected the regions of contoso.*--registry NAME=/],
  [
    'that is not there',
    follows('fabrikam'),
    regions(['acme', ['westus']]),
    /no registry acme; its registries are: contoso, fabrikam/,
  ],
  [
    'that no list follows, nor a tag',
    { prefixes: ['192.0.2.0/24'] },
    regions(),
    /expected a list with tags or registries/,
  ],
])('a registry %s is an error that says what to do', (_name, list, given, reason) => {
  expect(() => subjectOf(configOf({ a: list }), given)).toThrow(reason);
});
