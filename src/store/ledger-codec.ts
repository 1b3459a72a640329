import { type ByFamily, byFamily, families } from '../core/address/family.ts';
import { PrefixSet } from '../core/address/prefix-set.ts';
import type { Sets } from '../core/address/sets.ts';
import type {
  Absence,
  Absences,
  AllowedGain,
  Appearance,
  Hold,
  Ledger,
  Release,
  TagLedger,
} from '../core/judge/ledger.ts';
import type { Check, SourceState } from '../core/judge/source-state.ts';
import type { Announced } from '../core/plan/announced.ts';

/** A ledger as stored: prefix sets as texts, tags as a list in their order. */
export interface StoredLedger extends Omit<Ledger, 'tags'> {
  readonly tags: readonly StoredTag[];
}

interface StoredTag extends Omit<TagLedger, 'published' | 'holds' | 'appeared' | 'releases' | 'allowed' | 'absences'> {
  readonly published: StoredPrefixes;
  readonly holds: readonly StoredHold[];
  readonly appeared?: readonly StoredAppearance[];
  readonly releases: readonly StoredRelease[];
  readonly allowed?: readonly StoredAllowed[];
  readonly absences?: Readonly<Record<keyof Absences, readonly StoredAbsence[]>>;
}

interface StoredHold extends Omit<Hold, 'held' | 'opened' | 'grounds'> {
  readonly held: StoredPrefixes;
  readonly opened: StoredPrefixes;
  /** Absent in ledgers from before December 2026: all that was asked concerned everybody. */
  readonly grounds?: Hold['grounds'];
}

interface StoredAbsence extends Omit<Absence, 'prefixes'> {
  readonly prefixes: StoredPrefixes;
}

interface StoredAppearance extends Omit<Appearance, 'prefixes'> {
  readonly prefixes: StoredPrefixes;
}

interface StoredRelease extends Omit<Release, 'prefixes' | 'was'> {
  readonly prefixes: StoredPrefixes;
  readonly was?: StoredHold;
}

interface StoredAllowed extends Omit<AllowedGain, 'prefixes' | 'hold'> {
  readonly prefixes: StoredPrefixes;
  readonly hold: StoredHold;
}

/** A ledger with what was announced beside it. */
export interface StoredState {
  readonly ledger: StoredLedger & FormerlyAnnounced;
  /** Absent in documents from before it was a record of its own. */
  readonly announced?: Announced;
}

/** Where the ledger itself had what was announced, until November 2026. */
interface FormerlyAnnounced extends Partial<Pick<Announced, 'controls' | 'foreign' | 'orphans'>> {
  readonly source?: SourceState & { readonly told?: readonly string[]; readonly checks?: readonly Check[] };
}

/** What was announced, out of a ledger that has it still. */
export function announcedIn({ controls, foreign = {}, orphans = [], source }: FormerlyAnnounced): Announced {
  const { told = [], checks = [] } = source ?? {};
  return { files: told, checks, foreign, orphans, ...(controls ? { controls } : {}) };
}

export function encodeLedger(ledger: Ledger): StoredLedger {
  return { ...ledger, tags: [...ledger.tags.values()].map(encodeTag) };
}

export function decodeLedger(stored: StoredState['ledger']): Ledger {
  const { controls: _controls, foreign: _foreign, orphans: _orphans, source, ...ledger } = stored;
  const { told: _told, checks: _checks, ...state } = source ?? {};
  return {
    ...ledger,
    ...(source ? { source: state as SourceState } : {}),
    tags: new Map(stored.tags.map((tag) => [tag.tag, decodeTag(tag)])),
  };
}

function encodeTag({ appeared, allowed, absences, ...tag }: TagLedger): StoredTag {
  return {
    ...tag,
    ...(appeared ? { appeared: appeared.map((one) => ({ ...one, prefixes: encodePrefixes(one.prefixes) })) } : {}),
    ...(absences
      ? { absences: { region: absences.region.map(encodeAbsence), parents: absences.parents.map(encodeAbsence) } }
      : {}),
    published: encodePrefixes(tag.published),
    holds: tag.holds.map(encodeHold),
    releases: tag.releases.map(({ was, ...release }) => ({
      ...release,
      prefixes: encodePrefixes(release.prefixes),
      ...(was ? { was: encodeHold(was) } : {}),
    })),
    ...(allowed
      ? {
          allowed: allowed.map((one) => ({
            ...one,
            prefixes: encodePrefixes(one.prefixes),
            hold: encodeHold(one.hold),
          })),
        }
      : {}),
  };
}

function decodeTag({ appeared, allowed, absences, ...tag }: StoredTag): TagLedger {
  return {
    ...tag,
    ...(appeared ? { appeared: appeared.map((one) => ({ ...one, prefixes: decodePrefixes(one.prefixes) })) } : {}),
    ...(absences
      ? { absences: { region: absences.region.map(decodeAbsence), parents: absences.parents.map(decodeAbsence) } }
      : {}),
    published: decodePrefixes(tag.published),
    holds: tag.holds.map(decodeHold),
    releases: tag.releases.map(({ was, ...release }) => ({
      ...release,
      prefixes: decodePrefixes(release.prefixes),
      ...(was ? { was: decodeHold(was) } : {}),
    })),
    ...(allowed
      ? {
          allowed: allowed.map((one) => ({
            ...one,
            prefixes: decodePrefixes(one.prefixes),
            hold: decodeHold(one.hold),
          })),
        }
      : {}),
  };
}

function encodeHold(hold: Hold): StoredHold {
  return { ...hold, held: encodePrefixes(hold.held), opened: encodePrefixes(hold.opened) };
}

function decodeHold({ grounds, ...hold }: StoredHold): Hold {
  const { told = hold.questions.length > 0 ? 'asked' : 'clock' } = hold;
  return {
    ...hold,
    ...(grounds ? {} : { told }),
    grounds: grounds ?? hold.questions.map((reason) => ({ reason, concerns: families.map((family) => [family]) })),
    held: decodePrefixes(hold.held),
    opened: decodePrefixes(hold.opened),
  };
}

function encodeAbsence(absence: Absence): StoredAbsence {
  return { ...absence, prefixes: encodePrefixes(absence.prefixes) };
}

function decodeAbsence(absence: StoredAbsence): Absence {
  return { ...absence, prefixes: decodePrefixes(absence.prefixes) };
}

/** A prefix set of each family as stored: the fewest prefixes, as text. */
export type StoredPrefixes = ByFamily<readonly string[]>;

function encodePrefixes(sets: Sets): StoredPrefixes {
  return byFamily((family) => sets[family].toPrefixes());
}

/** Throws PrefixError for text that is no prefix. */
export function decodePrefixes(stored: StoredPrefixes): Sets {
  return byFamily((family) => PrefixSet.from(family, stored[family]));
}
