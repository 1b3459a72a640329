import { type Cloud, clouds } from '../../core/publication/catalog.ts';

/** Where one Azure cloud answers and who vouches for identities in it. */
export interface ArmCloud {
  /** Azure Resource Manager, without a trailing slash. */
  readonly endpoint: string;
  /** What a token must be asked for; an SDK asks for the Public one unless told otherwise. */
  readonly scope: string;
  /** Microsoft Entra. */
  readonly authority: string;
}

/** Source: learn.microsoft.com, "Compare Azure Government and global Azure" and "Azure in China endpoints". */
const armClouds: Readonly<Record<Cloud, ArmCloud>> = {
  Public: {
    endpoint: 'https://management.azure.com',
    scope: 'https://management.azure.com/.default',
    authority: 'https://login.microsoftonline.com',
  },
  AzureGovernment: {
    endpoint: 'https://management.usgovcloudapi.net',
    scope: 'https://management.usgovcloudapi.net/.default',
    authority: 'https://login.microsoftonline.us',
  },
  China: {
    endpoint: 'https://management.chinacloudapi.cn',
    scope: 'https://management.chinacloudapi.cn/.default',
    authority: 'https://login.chinacloudapi.cn',
  },
};

/** The cloud by the name the publications use. Throws RangeError for any other name. */
export function armCloud(name: string): ArmCloud {
  const known = clouds.find((cloud) => cloud === name);
  if (known === undefined) throw new RangeError(`expected one of the clouds ${clouds.join(', ')}, got "${name}"`);
  return armClouds[known];
}
