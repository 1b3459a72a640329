import type { Cloud } from '../core/publication/catalog.ts';

/**
 * Ids of the details pages of "Azure IP Ranges and Service Tags":
 * https://www.microsoft.com/en-us/download/details.aspx?id=56519 (Public), 57063 (US Government), 57062 (China,
 * operated by 21Vianet), as linked from https://learn.microsoft.com/azure/virtual-network/service-tags-overview.
 */
const detailsPageIds: Readonly<Record<Cloud, number>> = {
  Public: 56519,
  AzureGovernment: 57063,
  China: 57062,
};

/** Microsoft's details page for a cloud. */
export function detailsPageAddress(cloud: Cloud): string {
  return `https://www.microsoft.com/en-us/download/details.aspx?id=${detailsPageIds[cloud]}`;
}

export const downloadOrigin = 'https://download.microsoft.com';

/** Undocumented, and it once fell back by three months for a day: a fallback under the rule that nothing older is accepted. */
export const latestAddresses: Readonly<Partial<Record<Cloud, string>>> = {
  Public: `${downloadOrigin}/download/7/1/D/71D86715-5596-4529-9B13-DA13A5DE5B63/ServiceTags_Public_Latest.json`,
};
