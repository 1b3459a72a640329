import { halvesOf, ipv4Prefixes, ipv6Prefixes } from './prefixes.ts';

/** As the official files name them. */
export type Cloud = 'Public' | 'AzureGovernment' | 'China';

/** The chapters of the sample publications, in order. The last two are left out where no question is wanted. */
export const chapters = [
  'where it begins',
  'gains in four regions of both services',
  'a small loss in one region, a range published anew in two halves, a gain',
  'a region that is new to both services, gains',
  'most of the IPv4 ranges of one Storage region are missing, gains elsewhere',
  'the missing ranges are back, gains in four regions of both services',
] as const;

/** How many chapters pass before the one that a person would be asked about. */
export const quietChapters = 4;

interface Regions {
  /** They gain ranges; the third one's Storage also loses one and does not get it back. */
  readonly growing: readonly [string, string, string, string];
  /** Its Storage loses most of its ranges for one publication. */
  readonly struck: string;
  readonly newcomer: string;
}

const regionsOf: Readonly<Record<Cloud, Regions>> = {
  Public: {
    growing: ['WestEurope', 'NorthEurope', 'WestUS', 'EastUS'],
    struck: 'BrazilSouth',
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
      ipv4: ipv4Prefixes(s * 16 + r, IPV4_SLOTS),
      ipv6: ipv6Prefixes(s * 16 + r, IPV6_SLOTS),
      absences: [...absencesOf(service, region)],
      firstNumber: region === newcomer ? 1 : 5 + r,
    })),
  );

  function* absencesOf(service: string, region: string): Iterable<Absence> {
    if ((growing as readonly string[]).includes(region)) {
      yield gain('ipv4', 6, 1);
      yield gain('ipv6', 2, 1);
      yield gain('ipv4', 12, 5);
      if (service === 'Storage') yield gain('ipv4', 17, 3);
    }
    if (region === newcomer) {
      yield { family: 'ipv4', slots: all(IPV4_SLOTS), from: 0, until: 3 };
      yield { family: 'ipv6', slots: all(IPV6_SLOTS), from: 0, until: 3 };
    }
    if (service === 'AzureContainerRegistry' && region === growing[1]) yield gain('ipv4', 3, 2);
    if (service === 'AzureContainerRegistry' && region === growing[3]) yield gain('ipv4', 9, 4);
    if (service === 'Storage' && region === growing[2]) yield { family: 'ipv4', slots: [8], from: 2, until: ALWAYS };
    if (service === 'Storage' && region === struck) {
      yield { family: 'ipv4', slots: all(IPV4_SLOTS).slice(4), from: 4, until: 5 };
    }
  }
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
  const split = story.name === `AzureContainerRegistry.${regionsOf[cloud].growing[0]}` && chapter >= 2 ? 4 : undefined;
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
