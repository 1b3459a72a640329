import type { TargetHold, TargetRecord } from '../core/plan/plan-types.ts';
import { decodePrefixes, encodePrefixes, type StoredPrefixes } from './prefixes-codec.ts';

/** A target's record as stored: prefix sets as texts. */
export interface StoredTargetRecord extends Omit<TargetRecord, 'owned' | 'holds'> {
  readonly owned: StoredPrefixes;
  readonly holds: readonly (Omit<TargetHold, 'held'> & { readonly held: StoredPrefixes })[];
}

export function encodeTargetRecord(record: TargetRecord): StoredTargetRecord {
  return {
    ...record,
    owned: encodePrefixes(record.owned),
    holds: record.holds.map((hold) => ({ ...hold, held: encodePrefixes(hold.held) })),
  };
}

export function decodeTargetRecord(stored: StoredTargetRecord): TargetRecord {
  return {
    ...stored,
    owned: decodePrefixes(stored.owned),
    holds: stored.holds.map((hold) => ({ ...hold, held: decodePrefixes(hold.held) })),
  };
}
