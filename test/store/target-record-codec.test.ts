import { expect, test } from 'vitest';
import { decodeTargetRecord, encodeTargetRecord } from '../../src/store/target-record-codec.ts';
import { sampleTargetRecord } from '../contract/samples.ts';

const throughText = (value: ReturnType<typeof encodeTargetRecord>) => JSON.parse(JSON.stringify(value));

test('a record keeps the drift it counted', () => {
  const drift = [{ ranges: ['192.0.2.0/24', '2001:db8::/32'], times: 2, lastAt: '2026-01-02T12:00:00.000Z' }];
  const record = decodeTargetRecord(throughText(encodeTargetRecord({ ...sampleTargetRecord('hub'), drift })));
  expect(record.drift).toEqual(drift);
});

test('a record from before drift was counted is read as it was', () => {
  const stored = throughText(encodeTargetRecord(sampleTargetRecord('hub')));
  expect(stored).not.toHaveProperty('drift');
  const record = decodeTargetRecord(stored);
  expect(record).not.toHaveProperty('drift');
  expect(encodeTargetRecord(record)).toEqual(encodeTargetRecord(sampleTargetRecord('hub')));
});
