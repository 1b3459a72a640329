import { halvesOf, ipv4Prefixes, ipv6Prefixes } from './prefixes.ts';

/** As the official files name them. */
export type Cloud = 'Public' | 'AzureGovernment' | 'China';

/** The chapters of the sample publications, in order: January 2024, made up. The last one is left out where no question is wanted. */
export const chapters = [
  'where it begins',
  'an ordinary week: gains in four regions of both services, a small loss, a range published anew in two halves',
  'the fault: most of the IPv4 ranges of one Storage region are missing, gains elsewhere',
  'the missing ranges are back, a region that is new to both services, gains',
  'a stranger: a range in one Storage region that no other tag has, gains elsewhere',
] as const;

/** How many chapters pass before the one that a person would be asked about. */
export const quietChapters = 4;

/** Published in one regional tag and nowhere else in the file. */
export const stranger = '20.15.64.0/22';

interface Regions {
  /** They gain ranges; the first one's Storage also loses one and does not get it back, and is where the stranger turns up. */
  readonly growing: readonly [string, string, string, string];
  /** Its Storage loses most of its ranges for one publication. */
  readonly struck: string;
  readonly newcomer: string;
}

const regionsOf: Readonly<Record<Cloud, Regions>> = {
  Public: {
    growing: ['WestEurope', 'NorthEurope', 'EastUS', 'BrazilSouth'],
    struck: 'WestUS',
    newcomer: 'AustriaEast',
  },
  AzureGovernment: {
    growing: ['USGovVirginia', 'USGovArizona', 'USGovTexas', 'USDoDCentral'],
    struck: 'USDoDEast',
    newcomer: 'USGovIowa',
  },
  China: {
    growing: ['ChinaEast2', 'ChinaNorth2', 'ChinaEast', 'ChinaNorth'],
    struck: 'ChinaNorth3',
    newcomer: 'ChinaEast3',
  },
};

/** One tag's whole story: every prefix it ever has, and when it has it. */
export interface TagStory {
  readonly name: string;
  readonly systemService: string;
  /** Lower case; empty for a tag that is not regional. */
  readonly region: string;
  readonly regionId: number;
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  readonly absences: readonly Absence[];
  /** The tag's own changeNumber in the first chapter. */
  readonly firstNumber: number;
}

/** Positions that are not published from one chapter until before another. A gain is an absence from the beginning. */
interface Absence {
  readonly family: 'ipv4' | 'ipv6';
  readonly slots: readonly number[];
  readonly from: number;
  readonly until: number;
  /** Dropped from this tag by mistake: all of Azure in the region still has them. */
  readonly slip?: true;
}

const ALWAYS = Number.POSITIVE_INFINITY;
const IPV4_SLOTS = 18;
const IPV6_SLOTS = 6;
const all = (count: number): number[] => Array.from({ length: count }, (_, slot) => slot);
const gain = (family: Absence['family'], slot: number, until: number): Absence => ({
  family,
  slots: [slot],
  from: 0,
  until,
});

const services = [
  { service: 'AzureContainerRegistry', systemService: 'AzureContainerRegistry' },
  { service: 'Storage', systemService: 'AzureStorage' },
] as const;

/** A tag that a registry's own firewall may have to admit: pipelines that pull. One region of it is enough. */
export function pipelineStory(cloud: Cloud): TagStory {
  const region = regionsOf[cloud].growing[0];
  return {
    name: `DataFactory.${region}`,
    systemService: 'DataFactory',
    region: region.toLowerCase(),
    regionId: 1,
    ipv4: ipv4Prefixes(36, 5),
    ipv6: ipv6Prefixes(36, 2),
    absences: [gain('ipv4', 3, 3)],
    firstNumber: 3,
  };
}

/** The regional tags of both services. */
export function regionalStories(cloud: Cloud): TagStory[] {
  const { growing, struck, newcomer } = regionsOf[cloud];
  const regions = [...growing, struck, newcomer];
  return services.flatMap(({ service, systemService }, s) =>
    regions.map((region, r) => ({
      name: `${service}.${region}`,
      systemService,
      region: region.toLowerCase(),
      regionId: r + 1,
      ipv4: [...ipv4Prefixes(s * 16 + r, IPV4_SLOTS), ...strangersOf(service, region)],
      ipv6: ipv6Prefixes(s * 16 + r, IPV6_SLOTS),
      absences: [...absencesOf(service, region)],
      firstNumber: region === newcomer ? 1 : 5 + r,
    })),
  );

  function strangersOf(service: string, region: string): string[] {
    return service === 'Storage' && region === growing[0] ? [stranger] : [];
  }

  function* absencesOf(service: string, region: string): Iterable<Absence> {
    if ((growing as readonly string[]).includes(region)) {
      yield gain('ipv4', 6, 1);
      yield gain('ipv6', 2, 1);
      yield gain('ipv4', 12, 2);
      if (service === 'Storage') yield gain('ipv4', 17, 3);
    }
    if (region === newcomer) {
      yield { family: 'ipv4', slots: all(IPV4_SLOTS), from: 0, until: 3 };
      yield { family: 'ipv6', slots: all(IPV6_SLOTS), from: 0, until: 3 };
    }
    if (service === 'AzureContainerRegistry' && region === growing[0]) yield gain('ipv4', 9, 4);
    if (service === 'AzureContainerRegistry' && region === growing[1]) yield gain('ipv4', 3, 4);
    if (service === 'AzureContainerRegistry' && region === growing[3]) yield gain('ipv4', 9, 4);
    if (service === 'Storage' && region === growing[0]) {
      yield { family: 'ipv4', slots: [10], from: 1, until: ALWAYS };
      yield gain('ipv4', IPV4_SLOTS, 4);
    }
    if (service === 'AzureContainerRegistry' && region === struck) yield gain('ipv4', 12, 2);
    if (service === 'Storage' && region === struck) {
      yield { family: 'ipv4', slots: all(IPV4_SLOTS).slice(3), from: 2, until: 3, slip: true };
    }
  }
}

/** Every region of the story, lower case. */
export function regionNames(cloud: Cloud): string[] {
  const { growing, struck, newcomer } = regionsOf[cloud];
  return [...growing, struck, newcomer].map((region) => region.toLowerCase());
}

/** All of Azure in a region: what the services have there, slips included and strangers not, and some ranges of its own. */
export function regionPrefixes(region: string, chapter: number, cloud: Cloud): string[] {
  const parts = [...regionalStories(cloud), pipelineStory(cloud)].filter((story) => story.region === region);
  const withoutSlips = parts.map((story) => ({ ...story, absences: story.absences.filter(({ slip }) => !slip) }));
  const block = 24 + regionNames(cloud).indexOf(region);
  return [
    ...withoutSlips.flatMap((story) => prefixesIn(story, chapter, cloud)).filter((prefix) => prefix !== stranger),
    ...ipv4Prefixes(block, 2),
    ...ipv6Prefixes(block, 1),
  ];
}

/** Tags without a story: a publication holds far more than the two services. */
export function otherStories(): TagStory[] {
  return ['ActionGroup', 'AzureFrontDoor.FirstParty', 'AzureTrafficManager', 'MicrosoftContainerRegistry'].map(
    (name, k) => ({
      name,
      systemService: name.replace(/\..*/, ''),
      region: '',
      regionId: 0,
      ipv4: ipv4Prefixes(48 + k, 4 + k),
      ipv6: ipv6Prefixes(48 + k, 2),
      absences: k === 0 ? [gain('ipv4', 2, 1), gain('ipv4', 0, 3)] : [],
      firstNumber: 20 + k,
    }),
  );
}

/** A tag's prefixes as published in a chapter; empty while it does not exist. */
export function prefixesIn(story: TagStory, chapter: number, cloud: Cloud): string[] {
  const split = story.name === `AzureContainerRegistry.${regionsOf[cloud].growing[0]}` && chapter >= 1 ? 4 : undefined;
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const absent = new Set(
      story.absences
        .filter((absence) => absence.family === family && absence.from <= chapter && chapter < absence.until)
        .flatMap(({ slots }) => slots),
    );
    return story[family].flatMap((prefix, slot) => {
      if (absent.has(slot)) return [];
      return family === 'ipv4' && slot === split ? halvesOf(prefix) : [prefix];
    });
  });
}
