import type { Json } from './json.ts';

/** What the path of a request names. */
export interface ArmPath {
  /** One resource, or all of a type within a scope. */
  readonly kind: 'resource' | 'collection';
  /** Full type, as written in the path: `Microsoft.Network/networkSecurityGroups/securityRules`. */
  readonly type: string;
  readonly subscription: string;
  readonly resourceGroup: string | undefined;
  /** The id of the resource, or the path of the collection, as written. */
  readonly id: string;
  readonly name: string;
  /** Id of the resource this one is a part of; undefined for top-level ones. */
  readonly parent: string | undefined;
}

/** ARM ids are compared without regard to case. */
export function keyOf(id: string): string {
  return id.toLowerCase().replace(/\/+$/, '');
}

/** Reads `/subscriptions/...`; undefined if it names neither a resource nor a collection. */
export function parseArmPath(path: string): ArmPath | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [scope, subscription, ...rest] = parts;
  if (scope?.toLowerCase() !== 'subscriptions' || subscription === undefined) return undefined;
  const base = { subscription, id: `/${parts.join('/')}` };
  let at = 0;
  let resourceGroup: string | undefined;
  if (rest[0]?.toLowerCase() === 'resourcegroups') {
    resourceGroup = rest[1];
    at = 2;
    const type = 'Microsoft.Resources/resourceGroups';
    if (resourceGroup === undefined) {
      return { ...base, kind: 'collection', type, resourceGroup, name: '', parent: undefined };
    }
    if (rest.length === 2) {
      return { ...base, kind: 'resource', type, resourceGroup, name: resourceGroup, parent: undefined };
    }
  }
  const [providers, namespace, ...typed] = rest.slice(at);
  if (providers?.toLowerCase() !== 'providers' || namespace === undefined || typed.length === 0) return undefined;
  const type = [namespace, ...typed.filter((_, index) => index % 2 === 0)].join('/');
  const kind = typed.length % 2 === 0 ? 'resource' : 'collection';
  const depth = kind === 'resource' ? typed.length / 2 : (typed.length + 1) / 2;
  const cut = kind === 'resource' ? 2 : 1;
  const parent = depth > 1 ? `/${parts.slice(0, -cut).join('/')}` : undefined;
  const name = kind === 'resource' ? (typed.at(-1) ?? '') : '';
  return { ...base, kind, type, resourceGroup, name, parent };
}

/** A resource as stored: what its owner wrote, beside what the service keeps of it. */
export interface Resource {
  readonly path: ArmPath;
  readonly type: ResourceType;
  /** Everything as written, unknown fields included, without what only the service writes. */
  body: Json;
  provisioningState: string;
  etag: string;
}

/** Limits of entries that differ by subscription: where one is left out, what Azure documents holds. */
export interface Quotas {
  readonly ipRules?: number;
  readonly ipGroupAddresses?: number;
  readonly securityRuleAddresses?: number;
}

/** What is stored, to look at. */
export interface Resources {
  readonly quotas: Quotas;
  get(id: string): Resource | undefined;
  all(): readonly Resource[];
  childrenOf(id: string, type?: string): readonly Resource[];
}

/** What a write is checked against. */
export interface Write {
  readonly path: ArmPath;
  /** The body of the PUT. */
  readonly body: Json;
  /** What is stored now, if anything. */
  readonly stored: Resource | undefined;
  readonly state: Resources;
}

/** One type of resource: what is common to all is in `serve-resource.ts`, what is its own is here. */
export interface ResourceType {
  /** `Microsoft.Network/ipGroups`. */
  readonly type: string;
  /** Versions it answers to; undefined: every one. */
  readonly apiVersions: readonly string[] | undefined;
  readonly methods: readonly ('GET' | 'PUT' | 'PATCH' | 'DELETE')[];
  /** Has location and tags of its own; the parts of another resource have none. */
  readonly tracked: boolean;
  /** Whose etag changes with it: its own, or the one it shares with its parent and siblings. */
  readonly etag: 'own' | 'parent' | 'none';
  /** Whether If-Match is looked at. */
  readonly ifMatch: boolean;
  /** What an operation occupies, and what a write meanwhile meets: a refusal, or it cancels the one that runs. */
  readonly occupies: 'resource' | 'parent';
  readonly whenBusy: 'refuse' | 'supersede';
  /** Children that also appear inline, whole, in this field of the properties. */
  readonly inline?: { readonly field: string; readonly type: string };
  /** A PUT that changes nothing answers 200 with `null`. */
  readonly nullWhenUnchanged?: boolean;
  /** PATCH may change more than tags. */
  readonly patchesAll?: boolean;
  /** Fields of the properties that only the service writes. */
  readonly readOnly: readonly string[];
  /**
   * Fields, as `properties` and below, that only some API versions know: the others do not show them, and lose them with
   * a write of what they are in.
   */
  readonly versioned?: readonly { readonly path: readonly [string, string]; readonly versions: readonly string[] }[];
  /** Throws ArmError for a body that the service refuses. */
  check(write: Write): void;
  /** Throws ArmError for a resource that may not be deleted now. */
  checkRemoval?(resource: Resource, state: Resources): void;
  /** Properties that the service works out when read. */
  derive?(resource: Resource, state: Resources): Json;
  /** Ids of other resources that are being updated along with this one. */
  touches?(resource: Resource, state: Resources): readonly string[];
  /** How an operation on it ends by itself, when not with success. */
  fails?(resource: Resource, state: Resources): { readonly code: string; readonly message: string } | undefined;
}
