import { byFamily, families } from '../../address/family.ts';
import { isEmpty, prefixesOf } from '../../address/sets.ts';
import { regionOf, serviceOf } from '../../publication/catalog.ts';
import { answerGain, confirmedOf, firstThree, type GainRule } from './gain.ts';

/**
 * What is Azure's own stands three times in a file: in the regional tag, in the service's global one and in all of Azure in the
 * region. In every official file of six years each gain of ACR and Storage did. A typing error or a stranger stands once.
 */
export const outsideParents: GainRule = (gain) => {
  const { parents, gained } = gain;
  const ranges = byFamily((family) => gained[family].subtract(confirmedOf(gain, family)));
  if (isEmpty(ranges)) return undefined;
  const lacking = (which: 'global' | 'region'): boolean =>
    families.some((family) => {
      const own = parents[family];
      const parent = own?.[which];
      return own?.missing?.includes(which) || (parent !== undefined && !parent.covers(ranges[family]));
    });
  const names = [
    ...(lacking('global') ? [`the global tag ${serviceOf(gain.tag)}`] : []),
    ...(lacking('region') ? [`AzureCloud of ${regionOf(gain.tag)}`] : []),
  ];
  return {
    ranges,
    reason: {
      rule: 'outside-parents',
      text: `${firstThree(prefixesOf(ranges))} ${prefixesOf(ranges).length === 1 ? 'is' : 'are'} not in ${names.join(' and not in ')} of the same file, which contain everything else of ${gain.tag}`,
      next: `${answerGain}, and they go in when a later file has them there as well`,
    },
  };
};
