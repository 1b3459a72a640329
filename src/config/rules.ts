import { acceptedRisks } from './rules/accepted-risks.ts';
import { channelFilters } from './rules/channel-filters.ts';
import { familiesOfTargets } from './rules/families.ts';
import { feedClients } from './rules/feed-clients.ts';
import { formerIds } from './rules/former-ids.ts';
import { listContent } from './rules/list-content.ts';
import { listNames } from './rules/list-names.ts';
import { namesAndAddresses } from './rules/names-and-addresses.ts';
import { policyTags } from './rules/policy-tags.ts';
import { registryNames } from './rules/registry-names.ts';
import type { Rule } from './rules/rule.ts';
import { sharedResources } from './rules/shared-resources.ts';

/** Everything that is checked beyond the schema, one line a rule. All of them always run. */
export const rules: readonly Rule[] = [
  listNames,
  listContent,
  registryNames,
  namesAndAddresses,
  familiesOfTargets,
  acceptedRisks,
  sharedResources,
  formerIds,
  policyTags,
  channelFilters,
  feedClients,
];
