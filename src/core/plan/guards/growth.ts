import { counted, percent } from '../../judge/arithmetic.ts';
import { unionOf } from '../sift.ts';
import type { PartGuard } from './guard.ts';

const share = 25n;
const addresses = 4096n;

/** An edited list that lets much more in is looked at by a person first: over 25 % and over 4,096 IPv4 addresses. */
export const configGrowth: PartGuard = ({ additions, record, holding }) => {
  if (!record) return undefined;
  const added = unionOf(additions.filter(({ cause }) => cause.kind === 'config')).ipv4.count;
  const had = holding.all.ipv4.count;
  if (added <= addresses || added * 100n <= had * share) return undefined;
  return {
    rule: 'config-growth',
    text: `the edited list adds ${counted(added)} IPv4 addresses to ${counted(had)} (+${percent(added, had)}); the limit is +25.0 % and 4,096 addresses`,
    next: 'approve the part if the edit is meant',
  };
};
