import type { Registry, RegistryPart, RegistrySettings } from '../../core/registry.ts';

/** A recommendation on a registry and its lists. Plain data. */
export interface Advice {
  /** Name of the rule that gives it. */
  readonly rule: string;
  /** `do`: something is wrong or too wide; `consider`: there is a better way; `know`: nothing to do; `refuse`: do not build on it. */
  readonly weight: 'do' | 'consider' | 'know' | 'refuse';
  /** Names of the config that it is about. */
  readonly registry?: string;
  readonly list?: string;
  readonly target?: string;
  /** The reason, with its figures, and what follows. Sentences. */
  readonly text: string;
  /** Figures by name; addresses as decimal strings. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Exact command lines, in their order; empty where there is nothing to type. */
  readonly commands: readonly string[];
}

export interface AdvisedRegistry {
  readonly name: string;
  readonly registry: Registry;
  /** Regions that no tag is named for. */
  readonly withoutTag: readonly string[];
  /** Tags of each of its regions, by part: `westeurope` to `[AzureContainerRegistry.WestEurope]`. */
  readonly tags: Readonly<Record<Exclude<RegistryPart, 'all'>, Readonly<Record<string, string>>>>;
}

export interface AdvisedList {
  readonly name: string;
  /** Every tag of it, its own and those of its registries. */
  readonly tags: readonly string[];
  /** Tags it names itself. */
  readonly ownTags: readonly string[];
  readonly registries: readonly { readonly registry: string; readonly part: RegistryPart }[];
  /** Targets that it is written to. */
  readonly targets: readonly string[];
}

export interface AdvisedTarget {
  readonly id: string;
  readonly kind: string;
  readonly direction: 'egress' | 'ingress';
  /** Absent for a target of names. */
  readonly list?: string;
  /** Resource id in lower case of the registry whose firewall it is, for targets that are one. */
  readonly admitsTo?: string;
  /** Host names in it now; absent for a target of addresses, and for one that could not be read. */
  readonly names?: readonly string[];
  /** Targets of addresses whose clients are under these rules by name too. */
  readonly besides?: readonly string[];
}

/** The input of advice, all read or derived before, so that the rules are pure. */
export interface AdviceInput {
  readonly cloud: string;
  readonly registries: readonly AdvisedRegistry[];
  readonly lists: readonly AdvisedList[];
  readonly targets: readonly AdvisedTarget[];
  /** IPv4 addresses and prefixes that tags allow together. */
  readonly reach: (tags: readonly string[]) => { readonly addresses: bigint; readonly prefixes: number };
}

export type AdviceRule = (input: AdviceInput) => Iterable<Advice>;

/** `az acr update` of one registry, with the given change. */
export function azUpdate(settings: RegistrySettings, change: string): string {
  return `az acr update ${azOf(settings)} ${change}`;
}

/** The arguments that identify one registry. */
export function azOf({ name, resourceGroup, subscriptionId }: RegistrySettings): string {
  return `--name ${name} --resource-group ${resourceGroup} --subscription ${subscriptionId}`;
}

/** Tags of a registry's image layers that a list has, its own or those of its registries. */
export function layersIn(list: AdvisedList, { tags }: AdvisedRegistry): string[] {
  return Object.values(tags.layers).filter((tag) => list.tags.includes(tag));
}

/** Whether a list lets clients out to any of a registry's regions. */
export function reaches(list: AdvisedList, { tags }: AdvisedRegistry): boolean {
  return [...Object.values(tags.layers), ...Object.values(tags.login)].some((tag) => list.tags.includes(tag));
}
