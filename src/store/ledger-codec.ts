import type { Appearance, Hold, Ledger, Release, TagLedger } from '../core/judge/ledger.ts';
import { decodePrefixes, encodePrefixes, type StoredPrefixes } from './prefixes-codec.ts';

/** A ledger as stored: prefix sets as texts, tags as a list in their order. */
export interface StoredLedger extends Omit<Ledger, 'tags'> {
  readonly tags: readonly StoredTag[];
}

interface StoredTag extends Omit<TagLedger, 'published' | 'holds' | 'appeared' | 'releases'> {
  readonly published: StoredPrefixes;
  readonly holds: readonly StoredHold[];
  readonly appeared?: readonly StoredAppearance[];
  readonly releases: readonly StoredRelease[];
}

interface StoredHold extends Omit<Hold, 'held' | 'opened'> {
  readonly held: StoredPrefixes;
  readonly opened: StoredPrefixes;
}

interface StoredAppearance extends Omit<Appearance, 'prefixes'> {
  readonly prefixes: StoredPrefixes;
}

interface StoredRelease extends Omit<Release, 'prefixes'> {
  readonly prefixes: StoredPrefixes;
}

export function encodeLedger(ledger: Ledger): StoredLedger {
  return { ...ledger, tags: [...ledger.tags.values()].map(encodeTag) };
}

export function decodeLedger(stored: StoredLedger): Ledger {
  return { ...stored, tags: new Map(stored.tags.map((tag) => [tag.tag, decodeTag(tag)])) };
}

function encodeTag({ appeared, ...tag }: TagLedger): StoredTag {
  return {
    ...tag,
    ...(appeared ? { appeared: appeared.map((one) => ({ ...one, prefixes: encodePrefixes(one.prefixes) })) } : {}),
    published: encodePrefixes(tag.published),
    holds: tag.holds.map((hold) => ({
      ...hold,
      held: encodePrefixes(hold.held),
      opened: encodePrefixes(hold.opened),
    })),
    releases: tag.releases.map((release) => ({ ...release, prefixes: encodePrefixes(release.prefixes) })),
  };
}

function decodeTag({ appeared, ...tag }: StoredTag): TagLedger {
  return {
    ...tag,
    ...(appeared ? { appeared: appeared.map((one) => ({ ...one, prefixes: decodePrefixes(one.prefixes) })) } : {}),
    published: decodePrefixes(tag.published),
    holds: tag.holds.map((hold) => ({
      ...hold,
      held: decodePrefixes(hold.held),
      opened: decodePrefixes(hold.opened),
    })),
    releases: tag.releases.map((release) => ({ ...release, prefixes: decodePrefixes(release.prefixes) })),
  };
}
