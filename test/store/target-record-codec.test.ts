import { describe, expect, test } from 'vitest';
import { plainMemory } from '../../src/core/plan/memory.ts';
import { decodeMemory, encodeMemory, type StoredTargetRecord } from '../../src/store/table-target-records.ts';
import { sampleMemory } from '../support/samples.ts';

const throughText = <T>(value: T): T => JSON.parse(JSON.stringify(value));

test('a memory comes back as it was', () => {
  const memory = sampleMemory('hub');
  expect(plainMemory(decodeMemory(throughText(encodeMemory(memory))))).toEqual(plainMemory(memory));
});

describe('a record from before causes were kept', () => {
  const record: StoredTargetRecord = {
    target: 'hub',
    kind: 'ip-group',
    owned: { ipv4: ['192.0.2.0/24', '198.51.100.0/24'], ipv6: ['2001:db8::/32'] },
    names: ['a.example.net'],
    tags: ['Storage.WestUS'],
    followed: { 'origin#all': ['Storage.WestUS'] },
    holds: [
      {
        id: 'h',
        cause: 'config',
        since: '2024-01-15T08:00:00.000Z',
        count: 1,
        held: { ipv4: ['192.0.2.0/24'], ipv6: [] },
        names: ['a.example.net'],
      },
    ],
    wrote: ['192.0.2.0/24'],
    overGrant: ['198.51.100.0/24'],
    drift: [{ ranges: ['192.0.2.0/24'], times: 2, lastAt: '2026-01-02T12:00:00.000Z' }],
  };

  test('is read once as grants without a time, with everything else it knew', () => {
    expect(plainMemory(decodeMemory(throughText({ record })))).toEqual({
      target: 'hub',
      kind: 'ip-group',
      grants: [
        { entries: ['a.example.net', '192.0.2.0/24', '2001:db8::/32'], cause: { kind: 'carried over' } },
        { entries: ['198.51.100.0/24'], cause: { kind: 'joined' } },
      ],
      tags: ['Storage.WestUS'],
      followed: { 'origin#all': ['Storage.WestUS'] },
      holds: [
        {
          id: 'h',
          cause: 'config',
          since: '2024-01-15T08:00:00.000Z',
          count: 1,
          held: ['a.example.net', '192.0.2.0/24'],
        },
      ],
      claimed: ['192.0.2.0/24'],
      drift: record.drift,
    });
  });

  test('that knew nothing owns nothing', () => {
    const { names: _, wrote: __, overGrant: ___, drift: ____, followed: _____, ...bare } = record;
    const memory = decodeMemory({ record: { ...bare, owned: { ipv4: [], ipv6: [] }, holds: [] } });
    expect(plainMemory(memory)).toMatchObject({ grants: [], followed: {}, holds: [] });
  });
});
