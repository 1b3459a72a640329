import { familyNames } from '../../address/family.ts';
import { likelyTag } from '../../azure-regions.ts';
import { counted, quantity } from '../../judge/arithmetic.ts';
import { isNone } from '../entries.ts';
import type { Joined } from '../fit.ts';
import type { TargetGuard } from './guard.ts';

/** Before the first publication every name is unknown, and none of them is a mistake. */
export const noPublication: TargetGuard = ({ accepted, unknownTags }) =>
  !accepted && unknownTags.length > 0
    ? {
        rule: 'no-publication',
        text: 'no publication was accepted yet, so the addresses of its tags are not known',
        next: 'put right what kept a file from being fetched or accepted (another notice names it), then run again; what the target holds stays as it is',
      }
    : undefined;

/** A misspelt tag must not look like a tag without addresses, nor half of a registry like all of it. */
export const unknownTag: TargetGuard = ({ accepted, unknownTags, followedTags, knownTags }) => {
  if (!accepted || unknownTags.length === 0) return undefined;
  const text = `the list selects ${unknownTags.join(', ')}, which no accepted publication has had`;
  const misspelt = unknownTags.filter((tag) => !followedTags.includes(tag));
  if (misspelt.length === 0) {
    return {
      rule: 'unknown-tag',
      text,
      next: 'a registry of the list is in a region for which Azure publishes no such tag: until it does, name tags in place of that registry, such as those of its service without a region',
    };
  }
  const names = [...knownTags];
  const hints = misspelt.flatMap((tag) => likelyTag(tag, names) ?? []);
  return {
    rule: 'unknown-tag',
    text: hints.length === 0 ? text : `${text} (did you mean ${hints.join(', ')}?)`,
    next: 'correct the name (Service.Region, as Microsoft spells it), or take it out of the list',
  };
};

/** Rules that name an empty group are skipped without a word; some regions refuse it. */
export const emptyList: TargetGuard = ({ desired, layout, unknownTags, holdsNames, list }) => {
  if (unknownTags.length > 0 || !isNone(desired)) return undefined;
  if (holdsNames) {
    return {
      rule: 'empty-list',
      text: `the list ${list} has no host name`,
      next: 'name registries or host names in it; what the target holds stays as it is',
    };
  }
  return {
    rule: 'empty-list',
    text: `the list has no ${layout.families.map((family) => familyNames[family]).join(' or ')} prefix, and this kind of target holds nothing else`,
    next: "check the list's tags, families and never entries; what the target holds stays as it is",
  };
};

/** A list that does not fit is not written in part: a part of an allow-list is a broken one. */
export const capacity: TargetGuard = ({ layout, live, unplaced, entries, offer = [] }) => {
  const { entriesPerUnit, maxUnits, together = Number.POSITIVE_INFINITY, settings = {}, limit } = layout;
  const { taken = 0 } = live;
  const nextWith = (...met: readonly (string | undefined)[]) =>
    `select fewer tags, or spread the list over more targets${raising(met)}${offer.length > 0 ? joining(offer) : ''}`;
  const said = limit?.learned;
  const because =
    said === undefined ? '' : `; Azure said on ${said.at.slice(0, 10)} that it takes ${counted(said.most)} here`;
  if (unplaced > 0) {
    const next = nextWith(settings.perUnit, settings.units);
    const text = `${counted(entries + unplaced)} entries are needed and ${counted(entriesPerUnit * maxUnits)} fit (${counted(maxUnits)} x ${counted(entriesPerUnit)}); ${counted(unplaced)} have no room${because}`;
    return { rule: 'capacity', text, next };
  }
  const held = live.units.reduce((sum, unit) => sum + unit.entries.length, 0);
  // What is too full already may still get emptier.
  if (entries + taken <= together || entries <= held) return undefined;
  const text = `${counted(entries)} entries are needed beside the ${counted(taken)} that are not of this target, and ${counted(together)} fit in all; ${counted(entries + taken - together)} have no room${because}`;
  return { rule: 'capacity', text, next: nextWith(settings.together) };
};

/** The settings of the limits that were met: what Azure allows differs by subscription, and by day. */
function raising(settings: readonly (string | undefined)[]): string {
  const named = settings.filter((setting) => setting !== undefined).map((setting) => `\`${setting}\``);
  return named.length === 0 ? '' : `; where Azure allows more here, say so with ${named.join(' or ')} of this target`;
}

/** The joining that would make it fit, and its price. */
function joining(offer: readonly Joined[]): string {
  const price = offer.reduce((sum, { overGrant }) => sum + overGrant.count, 0n);
  const entries = offer.reduce((sum, one) => sum + one.entries.length, 0);
  const over = offer.flatMap(({ overGrant }) => overGrant.toPrefixes());
  const more = over.length > 10 ? ` and ${counted(over.length - 10)} more` : '';
  const named = `${over.slice(0, 10).join(', ')}${more}`;
  return `; joined to ${quantity(entries, 'entry', 'entries')} it fits and lets in ${quantity(price, 'address', 'addresses')} beyond the list (${named}): set "maxOverGrant": ${price} on this target to have that`;
}
