import { byFamily, type Family, families } from '../../address/family.ts';
import { isEmpty, prefixesOf } from '../../address/sets.ts';
import { regionOf, serviceOf } from '../../publication/catalog.ts';
import { answerGain, confirmedOf, firstThree, type GainRule } from './gain.ts';

type Which = 'global' | 'region' | 'azure';
const all: readonly Which[] = ['global', 'region', 'azure'];

/**
 * What is Azure's own stands three times in a file: in the regional tag, in the service's global one and in all of Azure in the
 * region, which itself is in AzureCloud. Every gain of ACR and Storage did, in all real files it was measured on. A typing error or
 * a stranger stands once.
 */
export const outsideParents: GainRule = (gain) => {
  const { parents, gained } = gain;
  const ranges = byFamily((family) => gained[family].subtract(confirmedOf(gain, family)));
  if (isEmpty(ranges)) return undefined;
  const isMissing = (which: Which): boolean => families.some((f) => parents[f]?.missing?.includes(which));
  const isDoubted = (which: Which): boolean =>
    which !== 'azure' && families.some((f) => parents[f]?.doubted?.[which] !== undefined);
  const setOf = (which: Which, f: Family) =>
    parents[f]?.[which] ?? (which === 'azure' ? undefined : parents[f]?.doubted?.[which]);
  const lacksSome = (which: Which): boolean => families.some((f) => setOf(which, f)?.covers(ranges[f]) === false);
  const names = all
    .filter((which) => lacksSome(which) && !isMissing(which))
    .map((which) => nameOf(which, gain.tag, 'the '));
  const missing = all.filter(isMissing).map((which) => nameOf(which, gain.tag));
  const is = prefixesOf(ranges).length === 1 ? 'is' : 'are';
  const outside = `${is} not in ${names.join(' and not in ')} of the same file`;
  const gone = `has no ${missing.join(' and no ')} any more`;
  const [some, none] = [names.length > 0, missing.length > 0];
  const sum = some
    ? `${outside}${none ? `, which ${gone}` : all.some(isDoubted) ? '' : `; nearly everything else of ${gain.tag} is`}`
    : `cannot be confirmed: the same file ${gone}`;
  return {
    ranges,
    reason: {
      rule: 'outside-parents',
      text: `${firstThree(prefixesOf(ranges))} ${sum}`,
      next: answerGain,
    },
  };
};

function nameOf(which: Which, tag: string, article = ''): string {
  if (which === 'azure') return 'AzureCloud';
  return which === 'global' ? `${article}global tag ${serviceOf(tag)}` : `AzureCloud of ${regionOf(tag)}`;
}
