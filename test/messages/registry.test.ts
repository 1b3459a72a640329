import { expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { extent } from '../../src/messages/format.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { adviceMarkdown } from '../../src/messages/registry.ts';
import { firstLine } from '../../src/messages/text.ts';
import { textOf } from '../../src/messages/text-of.ts';

const cases: readonly [DomainEvent, string][] = [
  [
    { kind: 'registry-unreadable', registry: 'contoso', text: 'no rights', saysSince: '2024-01-15T00:00:00.000Z' },
    '[NEEDS YOU, no hurry] x: the registry contoso cannot be read; its lists stay as they are.',
  ],
  [
    { kind: 'registry-readable', registry: 'contoso', since: '2024-01-15T00:00:00.000Z' },
    '[OK] x: the registry contoso can be read again; it was unreadable since 2024-01-15. Nothing to do.',
  ],
  [
    {
      kind: 'registry-changed',
      registry: 'contoso',
      regionsAdded: ['northeurope'],
      regionsRemoved: ['westeurope'],
      dataEndpoints: [],
    },
    '[INFO] x: the registry contoso now has replicas in northeurope and no longer has replicas in westeurope; its lists follow. Nothing to do.',
  ],
  [
    { kind: 'registry-without-tag', registry: 'contoso', regions: ['moonbase', 'westeurop'] },
    '[NEEDS YOU] x: the registry contoso is in moonbase and westeurop (did you mean "westeurope"?), for which the publication in force has no tag.',
  ],
];

test.each(cases)('%o', (event, line) => expect(firstLine(textOf(event), 'x')).toBe(line));

test('a notice of a registry reaches who looks after its lists, and ends when it can be read again', () => {
  const occasion = {
    at: '2024-01-15T00:00:00.000Z',
    lists: { pulls: { tags: [], registries: [{ registry: 'contoso' }] }, other: { tags: ['Storage.WestUS'] } },
    targets: { hub: { list: 'pulls' }, edge: { list: 'other' } },
  };
  const [unreadable, readable] = cases.map(([event]) => noticesOf([event], occasion)[0]);
  expect(unreadable).toMatchObject({ kind: 'registry', lists: ['pulls'], targets: ['hub'] });
  expect(readable?.ends).toEqual(unreadable?.about);
});

test('host names are counted as such', () => {
  expect(extent(['a.io', '*.blob.core.windows.net'])).toBe('2 host names');
  expect(extent(['a.io'])).toBe('1 host name');
});

test('advice is a report with the command lines as they are', () => {
  const report = adviceMarkdown({
    at: '2024-01-15T00:00:00.000Z',
    registries: [
      {
        name: 'contoso',
        registry: {
          loginServer: 'contoso.azurecr.io',
          regions: ['westeurope'],
          dataEndpoints: [],
          settings: { tier: 'Premium' },
        },
        withoutTag: [],
        lists: [{ list: 'pulls', part: 'all' }],
        hosts: ['azurecr.io', 'contoso.azurecr.io'],
      },
    ],
    readiness: [{ registry: 'contoso', target: 'hub', ready: false, text: 'It holds addresses.' }],
    advice: [
      {
        rule: 'public-access',
        weight: 'consider',
        registry: 'contoso',
        text: 'Open to all.',
        commands: ['az acr update --name contoso --default-action Deny'],
      },
      { rule: 'hosted-agents', weight: 'refuse', list: 'pulls', text: 'No tag.', commands: [] },
    ],
  });
  expect(report.split('\n').filter((line) => /^(#|\||\*|az )/.test(line))).toEqual([
    '# Registries and advice',
    '## contoso',
    '## Ready for dedicated data endpoints?',
    '| registry | target | ready | why |',
    '|---|---|---|---|',
    '| contoso | hub | no | It holds addresses. |',
    '## Do not build on this',
    '**hosted-agents**: No tag.',
    '## Better ways',
    '**public-access**: Open to all.',
    'az acr update --name contoso --default-action Deny',
  ]);
});

test('of a registry by hand nobody knows that its data endpoints are off, and host names can be copied as they are', () => {
  const registry = { loginServer: 'contoso.azurecr.io', regions: ['westeurope'], dataEndpoints: [] };
  const hosts = ['*.blob.core.windows.net', 'odd`_name'];
  const one = { name: 'contoso', registry, withoutTag: [], lists: [], hosts };
  const report = adviceMarkdown({ at: '2024-01-15T00:00:00.000Z', registries: [one], readiness: [], advice: [] });
  expect(report).toContain('\n- Dedicated data endpoints: not known, since it was entered by hand');
  expect(report).toContain('\n- Host names a client needs: `*.blob.core.windows.net`, odd\\`\\_name');
});

test.each([
  [['*.blob.core.windows.net'], 'come from the other, the storage accounts of every tenant\n'],
  [['contoso.a.data.azurecr.io', 'contoso.b.data.azurecr.io'], 'come from the others\n'],
])('each host name is explained, with layers from %s', (layers, text) => {
  const registry = { loginServer: 'contoso.azurecr.io', regions: ['westeurope'], dataEndpoints: [] };
  const one = {
    name: 'contoso',
    registry,
    withoutTag: [],
    lists: [],
    hosts: ['azurecr.io', 'contoso.azurecr.io', ...layers],
  };
  const report = adviceMarkdown({ at: '2024-01-15T00:00:00.000Z', registries: [one], readiness: [], advice: [] });
  expect(report).toContain('`azurecr.io` is asked for certificates');
  expect(report).toContain(text);
});
