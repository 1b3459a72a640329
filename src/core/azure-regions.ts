import { nearest, nearestName } from './nearest.ts';
import type { Cloud } from './publication/catalog.ts';

/**
 * Regions by cloud, as Service Tags spell them; in lower case it is ARM's spelling. Azure gains some every year, so a name that is not
 * here may be right. Sources: "List of Azure regions", learn.microsoft.com/azure/reliability/regions-list, and the names of tags, which
 * also have regions that are still to come.
 */
const regions: Readonly<Record<Cloud, readonly string[]>> = {
  Public: [
    ...['AustraliaCentral', 'AustraliaCentral2', 'AustraliaEast', 'AustraliaSoutheast', 'AustriaEast'],
    ...['BelgiumCentral', 'BrazilSouth', 'BrazilSoutheast', 'CanadaCentral', 'CanadaEast', 'CentralIndia'],
    ...['CentralUS', 'CentralUSEUAP', 'ChileCentral', 'DenmarkEast', 'EastAsia', 'EastUS', 'EastUS2'],
    ...['EastUS2EUAP', 'FranceCentral', 'FranceSouth', 'GermanyNorth', 'GermanyWestCentral'],
    ...['IndonesiaCentral', 'IsraelCentral', 'IsraelNorthwest', 'ItalyNorth', 'JapanEast', 'JapanWest'],
    ...['JioIndiaCentral', 'JioIndiaWest', 'KoreaCentral', 'KoreaSouth', 'MalaysiaSouth', 'MalaysiaWest'],
    ...['MexicoCentral', 'NewZealandNorth', 'NorthCentralUS', 'NorthEurope', 'NorwayEast', 'NorwayWest'],
    ...['PolandCentral', 'QatarCentral', 'SouthAfricaNorth', 'SouthAfricaWest', 'SouthCentralUS'],
    ...['SouthCentralUS2', 'SouthIndia', 'SoutheastAsia', 'SoutheastUS', 'SpainCentral', 'SwedenCentral'],
    ...['SwedenSouth', 'SwitzerlandNorth', 'SwitzerlandWest', 'TaiwanNorth', 'TaiwanNorthwest', 'UAECentral'],
    ...['UAENorth', 'UKSouth', 'UKWest', 'WestCentralUS', 'WestEurope', 'WestIndia', 'WestUS', 'WestUS2'],
    ...['WestUS3'],
  ],
  AzureGovernment: ['USDoDCentral', 'USDoDEast', 'USGovArizona', 'USGovIowa', 'USGovTexas', 'USGovVirginia'],
  China: ['ChinaEast', 'ChinaEast2', 'ChinaEast3', 'ChinaNorth', 'ChinaNorth2', 'ChinaNorth3'],
};

/** Regions of a cloud that this version knows, as Service Tags spell them: `WestEurope`. */
export function azureRegions(cloud: Cloud): readonly string[] {
  return regions[cloud];
}

const everywhere = Object.values(regions).flat();

/**
 * The tag that is probably meant by one that there is not; undefined if none is spelt nearly so.
 * @param names tags that are known; those of registries and of Storage are known in every region.
 */
export function likelyTag(tag: string, names: Iterable<string>): string | undefined {
  const [service = '', region = ''] = tag.split('.');
  const likeRegion = everywhere.includes(region) ? undefined : nearestName(region, everywhere);
  if (likeRegion !== undefined) return `${service}.${likeRegion}`;
  const regional = everywhere.flatMap((one) => [`AzureContainerRegistry.${one}`, `Storage.${one}`]);
  return nearestName(
    tag,
    [...names, ...regional].filter((name) => name !== tag),
  );
}

/** "did you mean x?" for a region in ARM's spelling that is none of any cloud and nearly one; else an empty text. */
export function regionHint(region: string): string {
  const known = everywhere.map((name) => name.toLowerCase());
  return known.includes(region) ? '' : nearest(region, known);
}
