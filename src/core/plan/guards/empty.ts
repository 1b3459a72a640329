import { familyNames } from '../../address/family.ts';
import { isNone } from '../entries.ts';
import type { TargetGuard } from './guard.ts';

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

/** Before the first publication every name is unknown, and none of them is a mistake. */
export const noPublication: TargetGuard = ({ accepted, unknownTags }) =>
  !accepted && unknownTags.length > 0
    ? {
        rule: 'no-publication',
        text: 'no publication was accepted yet, so nobody knows the addresses of its tags',
        next: 'put right what kept a file from being fetched or accepted (it is told beside this), then run again; what the target holds stays as it is',
      }
    : undefined;

/** A misspelt tag must not look like a tag without addresses. */
export const unknownTag: TargetGuard = ({ accepted, unknownTags }) =>
  accepted && unknownTags.length > 0
    ? {
        rule: 'unknown-tag',
        text: `the list selects ${unknownTags.join(', ')}, which no accepted publication has had`,
        next: 'correct the name (Service.Region, as Microsoft spells it), or take it out of the list',
      }
    : undefined;
