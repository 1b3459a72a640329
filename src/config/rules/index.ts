import { listContent, mcrByAddress } from './lists.ts';
import { channelFilters, formerIds, listNames, registryNames } from './names.ts';
import { policyTags, safeguards } from './policy.ts';
import type { Rule } from './rule.ts';
import {
  acceptedRisks,
  creatable,
  familiesOfTargets,
  feedClients,
  formatsOfTargets,
  namesAndAddresses,
  sharedResources,
} from './targets.ts';

/** Everything that is checked beyond the schema, one line a rule. All of them always run. */
export const rules: readonly Rule[] = [
  listNames,
  listContent,
  mcrByAddress,
  registryNames,
  namesAndAddresses,
  familiesOfTargets,
  formatsOfTargets,
  acceptedRisks,
  sharedResources,
  creatable,
  formerIds,
  policyTags,
  safeguards,
  channelFilters,
  feedClients,
];
