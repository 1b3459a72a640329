import { byFamily, families } from '../../address/family.ts';
import { isEmpty, prefixesOf } from '../../address/sets.ts';
import { regionOf, serviceOf } from '../../publication/catalog.ts';
import { answerGain, confirmedOf, firstThree, type GainRule } from './gain.ts';

/**
 * What is Azure's own stands three times in a file: in the regional tag, in the service's global one and in all of Azure in the
 * region, which itself is in AzureCloud. Every gain of ACR and Storage did, in all real files it was measured on. A typing error or
 * a stranger stands once.
 */
export const outsideParents: GainRule = (gain) => {
  const { parents, gained } = gain;
  const ranges = byFamily((family) => gained[family].subtract(confirmedOf(gain, family)));
  if (isEmpty(ranges)) return undefined;
  const lacking = (which: 'global' | 'region' | 'azure'): boolean =>
    families.some((family) => {
      const own = parents[family];
      const parent = own?.[which];
      return own?.missing?.includes(which) || (parent !== undefined && !parent.covers(ranges[family]));
    });
  const names = [
    ...(lacking('global') ? [`the global tag ${serviceOf(gain.tag)}`] : []),
    ...(lacking('region') ? [`AzureCloud of ${regionOf(gain.tag)}`] : []),
    ...(lacking('azure') ? ['AzureCloud'] : []),
  ];
  return {
    ranges,
    reason: {
      rule: 'outside-parents',
      text: `${firstThree(prefixesOf(ranges))} ${prefixesOf(ranges).length === 1 ? 'is' : 'are'} not in ${names.join(' and not in ')} of the same file; everything else of ${gain.tag} is`,
      next: `${answerGain}, and they go in when a later file has them there as well`,
    },
  };
};
