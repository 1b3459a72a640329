import { describe, expect, test } from 'vitest';
import { expectedDataEndpoints, hostsOf, registryByHand } from '../../src/acr/derive.ts';
import { followRegistries, type RegistryAnswer } from '../../src/acr/follow-registries.ts';
import type { KnownRegistry, Registry } from '../../src/core/registry.ts';

const tags = new Set(['Storage.WestEurope', 'AzureContainerRegistry.NorthEurope']);
const origin = '/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/contoso';
const at = (day: number) => new Date(Date.UTC(2024, 0, day));
const registry = (...regions: string[]): Registry => ({
  origin,
  loginServer: 'contoso.azurecr.io',
  regions,
  dataEndpoints: [],
  families: ['ipv4'],
});
const answer = (given: RegistryAnswer['registry'], from = origin): RegistryAnswer => ({
  name: 'contoso',
  origin: from,
  registry: given,
});
const broken = answer({ error: 'no rights' });

/** Days from the first of January on, one answer each; what is known at the end, and the events by day. */
function follow(...answers: RegistryAnswer[]) {
  let known: readonly KnownRegistry[] = [];
  const told = answers.map((one, index) => {
    const next = followRegistries(known, [one], tags, at(index + 1));
    known = next.known;
    return next.events.map(({ kind }) => kind);
  });
  return { known: known[0], told };
}

describe('following a registry', () => {
  test('tells once that it cannot be read, keeps what it said, and tells once that it can', () => {
    const { known, told } = follow(answer(registry('westeurope')), broken, broken, answer(registry('westeurope')));
    expect(told).toEqual([[], ['registry-unreadable'], [], ['registry-readable']]);
    expect(known).toMatchObject({ tagRegions: { westeurope: 'WestEurope' }, saysSince: at(1).toISOString() });
    expect(known).not.toHaveProperty('unreadable');
    expect(follow(answer(registry('westeurope')), broken, broken).known).toMatchObject({
      registry: { regions: ['westeurope'] },
      unreadable: { since: at(2).toISOString(), text: 'no rights' },
    });
  });

  test('knows nothing of one that was never read', () => {
    const { known, told } = follow(broken, broken);
    expect(told).toEqual([['registry-unreadable'], []]);
    expect(known).not.toHaveProperty('registry');
  });

  test('tells of regions that come and go', () => {
    const { told } = follow(
      answer(registry('westeurope')),
      answer(registry('westeurope', 'northeurope')),
      answer(registry('westeurope', 'northeurope')),
      answer(registry('westeurope')),
    );
    expect(told).toEqual([[], ['registry-changed'], [], ['registry-changed']]);
  });

  test('tells once of a region without a tag, and knows it when a tag comes', () => {
    const moon = answer(registry('westeurope', 'moonbase'));
    expect(follow(moon, moon).told).toEqual([['registry-without-tag'], []]);
    const { known } = followRegistries([], [moon], new Set([...tags, 'Storage.MoonBase']), at(1));
    expect(known[0]?.withoutTag).toEqual([]);
  });

  test('says nothing of tags before there are any, and then tells of the region that has none', () => {
    const moon = [answer(registry('westeurope', 'moonbase'))];
    const before = followRegistries([], moon, new Set<string>(), at(1));
    expect({ events: before.events, withoutTag: before.known[0]?.withoutTag }).toEqual({ events: [], withoutTag: [] });
    const after = followRegistries(before.known, moon, tags, at(2));
    expect(after.events).toMatchObject([{ kind: 'registry-without-tag', regions: ['moonbase'] }]);
  });

  test('remembers the region of a tag that has left the publications', () => {
    const first = followRegistries([], [answer(registry('westeurope'))], tags, at(1));
    const later = followRegistries(first.known, [answer(registry('westeurope'))], new Set<string>(), at(2));
    expect(later.known[0]?.tagRegions).toEqual({ westeurope: 'WestEurope' });
    expect(later.events).toEqual([]);
  });

  test('takes nothing over from another resource under the same name', () => {
    const other = answer({ error: 'no rights' }, `${origin}2`);
    expect(follow(answer(registry('westeurope')), other).known).not.toHaveProperty('registry');
  });
});

describe('a registry by hand', () => {
  test('has another origin once it is edited, and host names like any other', () => {
    const named = { loginServer: 'contoso.azurecr.cn', regions: ['chinaeast2', 'chinanorth3', 'chinaeast2'] };
    const one = registryByHand('contoso', named);
    expect(one.regions).toEqual(['chinaeast2', 'chinanorth3']);
    expect(one.origin).not.toBe(registryByHand('contoso', { ...named, regions: ['chinaeast2'] }).origin);
    expect(hostsOf(one, 'all', 'China', false)).toEqual([
      '*.blob.core.chinacloudapi.cn',
      'azurecr.cn',
      'contoso.azurecr.cn',
    ]);
    expect(expectedDataEndpoints(one)).toEqual([
      'contoso.chinaeast2.data.azurecr.cn',
      'contoso.chinanorth3.data.azurecr.cn',
    ]);
  });
});
