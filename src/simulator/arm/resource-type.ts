import type { ArmPath } from './arm-path.ts';
import type { Json } from './json.ts';

/** A resource as stored: what its owner wrote, beside what the service keeps of it. */
export interface Resource {
  readonly path: ArmPath;
  readonly type: ResourceType;
  /** Everything as written, unknown fields included, without what only the service writes. */
  body: Json;
  provisioningState: string;
  etag: string;
}

/** What is stored, to look at. */
export interface Resources {
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
