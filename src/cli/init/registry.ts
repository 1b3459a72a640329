import { hostField } from '../../config/list-schema.ts';
import { regionHint } from '../../core/azure-regions.ts';
import { UsageError } from '../../core/errors.ts';
import type { Cloud } from '../../core/publication/catalog.ts';
import { anyStorage } from '../../core/registry.ts';
import type { FoundRegistry } from '../../doctor/find-registry.ts';
import { layersText } from '../../messages/registry.ts';
import type { Interview } from './interview.ts';
import { nameIn, readRegion, readSubscription } from './registry-texts.ts';

/** A registry as a config has it, and what is known of its place. */
export interface NamedRegistry {
  readonly name: string;
  readonly entry:
    | { readonly resourceId: string }
    | { readonly loginServer: string; readonly regions: readonly string[]; readonly dataEndpoints?: readonly string[] };
  readonly region?: string;
}

/** How a registry is found by its login server; undefined where there is none, or where Azure does not answer. */
export type FindRegistry = (loginServer: string, subscriptionId: string) => Promise<FoundRegistry | undefined>;

interface Around {
  readonly cloud: Cloud;
  readonly subscription: string | undefined;
  readonly regions: readonly string[];
  readonly dataEndpoints: readonly string[] | undefined;
  readonly find: FindRegistry;
  /** Whether only its resource will do, since it is written itself. */
  readonly byResource: boolean;
}

/** Of a region, or of several with commas between, the first that is no region and spelt nearly like one. */
export function doubtRegions(regions: string): string | undefined {
  for (const region of regions.split(',')) {
    const hint = regionHint(region);
    if (hint !== '') return `${region}: this version knows no such region; ${hint}`;
  }
}

/** Finds the registry that a text names: its resource where Azure is asked and has it, else by hand with its regions. */
export async function registryNamed(text: string, interview: Interview, around: Around): Promise<NamedRegistry> {
  if (text.startsWith('/')) return { name: nameIn(text), entry: { resourceId: text } };
  const subscription = await interview.answer(
    {
      flag: '--subscription',
      text: around.byResource ? 'Id of its subscription' : 'Id of its subscription, to look it up (empty: not)',
      ...(around.byResource ? {} : { otherwise: '' }),
      read: readSubscription,
    },
    around.subscription,
  );
  const found = subscription === '' ? undefined : await around.find(text, subscription);
  if (found !== undefined) {
    const layers = around.byResource ? '' : `; ${layersText(found.dataEndpoints, around.cloud)}`;
    interview.say(`${text} is ${found.resourceId}, in ${found.region}${layers}.`);
    return { name: nameIn(text), entry: { resourceId: found.resourceId }, region: found.region };
  }
  if (around.byResource) {
    if (subscription === '') return { name: nameIn(text), entry: { resourceId: '' } };
    throw new UsageError(
      `expected a registry with the login server ${text} in subscription ${subscription}, found none: name it by its resource id`,
    );
  }
  const regions = await interview.answer(
    {
      flag: '--region',
      text: 'Its region and those of its replicas, with commas between',
      read: (all) => all.split(',').map(readRegion).join(','),
      doubt: doubtRegions,
    },
    around.regions.length === 0 ? undefined : around.regions.join(','),
  );
  const [home = ''] = regions.split(',');
  const entry = {
    loginServer: text,
    regions: regions.split(','),
    ...(await askDataEndpoints(text, interview, around)),
  };
  return { name: nameIn(text), entry, region: home };
}

/** Only the resource tells whether they are on: of a registry by hand a person has to say it. */
async function askDataEndpoints(
  loginServer: string,
  interview: Interview,
  { cloud, dataEndpoints }: Around,
): Promise<{ readonly dataEndpoints?: readonly string[] }> {
  const hosts = await interview.answer(
    {
      flag: '--data-endpoint',
      text: 'Host names of its dedicated data endpoints, with commas between (empty: they are off)',
      explained: `  Where its image layers come from: \`az acr show-endpoints --name ${nameIn(loginServer)}\` says it
  off  ${anyStorage[cloud]}: the Storage of its regions, which all tenants share
  on   host names of its own, such as ${loginServer.replace('.', '.westeurope.data.')}`,
      otherwise: '',
      read: (text) => text.split(',').map(readHost).join(','),
    },
    dataEndpoints?.join(','),
  );
  const named = hosts === '' ? [] : hosts.split(',');
  const unsaid = named.length > 0 || interview.asksPerson ? '' : ', as nobody said otherwise (--data-endpoint HOST)';
  interview.say(`${loginServer}: ${layersText(named, cloud)}${unsaid}.`);
  return named.length === 0 ? {} : { dataEndpoints: named };
}

function readHost(text: string): string {
  const host = text.trim().toLowerCase();
  if (hostField.safeParse(host).success) return host;
  throw new UsageError(`expected a host name such as contoso.westeurope.data.azurecr.io, got ${JSON.stringify(text)}`);
}
