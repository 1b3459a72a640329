import type { Family } from '../core/address/family.ts';
import type { NoticeFilter, QuietHours } from '../core/channel-rules.ts';
import type { ApprovalRules } from '../core/decisions/authorization.ts';
import type { ChangeRules } from '../core/decisions/change-window.ts';
import type { Policy } from '../core/judge/policy.ts';
import type { ApprovalRule } from '../core/plan/plan-input.ts';
import type { Direction, Mode } from '../core/plan/plan-types.ts';
import type { Cloud } from '../core/publication/catalog.ts';
import type { RegistryPart } from '../core/registry.ts';

/** A checked configuration with every default filled in. Plain data. */
export interface Config {
  readonly schema: 1;
  /** Begins every stored key and every ownership mark. */
  readonly instance: string;
  readonly cloud: Cloud;
  readonly source: SourceConfig;
  /** By name. */
  readonly registries: Readonly<Record<string, RegistryConfig>>;
  /** By name. */
  readonly lists: Readonly<Record<string, ListConfig>>;
  /** By id. */
  readonly targets: Readonly<Record<string, TargetConfig>>;
  /** How losses and gains are judged, with overrides by tag. */
  readonly policy: Policy;
  /** What a decision needs before it counts. */
  readonly answers: ApprovalRules;
  /** By id. */
  readonly channels: Readonly<Record<string, ChannelConfig>>;
  /** Where notices lead; absent: to the app's own address. */
  readonly links?: LinksConfig;
  readonly freshness: FreshnessConfig;
  readonly crossCheck: CrossCheckConfig;
  readonly retention: RetentionConfig;
}

/** Days that something is kept, or all of it. */
export type KeptFor = number | 'forever';

/** How long what is stored is kept. */
export interface RetentionConfig {
  /** Publications as they came. */
  readonly publicationDays: KeptFor;
  /** Whole plans of runs. */
  readonly planDays: KeptFor;
  /** Notices that were sent. */
  readonly noticeDays: KeptFor;
}

/** Addresses without a slash at the end. */
interface LinksConfig {
  /** The one below which people reach the page, `https://sync.contoso.com`: `/ui` is put behind it. */
  readonly page?: string;
  /** The runbook, to which `#failed` and the like are added. */
  readonly runbook?: string;
}

/** Ages in days of the newest publication; absent: the cloud's own. */
interface FreshnessConfig {
  readonly lateAfterDays?: number;
  readonly staleAfterDays?: number;
}

/** Cross-checks of the publication in force. */
interface CrossCheckConfig {
  /** Other ways of the source. */
  readonly ways: boolean;
  /** Azure's Service Tag Discovery API. */
  readonly api?: { readonly subscriptionId: string; readonly location: string };
}

/** Where publications come from. `settings` are the kind's own, as its definition's schema yields them. */
interface SourceConfig {
  readonly kind: string;
  readonly settings: object;
}

/** A registry: its resource, which is read; or by hand its login server and regions. */
interface RegistryConfig {
  readonly resourceId?: string;
  readonly loginServer?: string;
  /** As ARM spells them. */
  readonly regions?: readonly string[];
  readonly dataEndpoints?: readonly string[];
  readonly families?: readonly Family[];
}

/** A named selection of registries, tags and prefixes. At least one of those and of `always` is not empty. */
export interface ListConfig {
  readonly registries: readonly { readonly registry: string; readonly part: RegistryPart }[];
  readonly tags: readonly string[];
  /** Host names beside those of its registries; they count in targets of names. */
  readonly names: readonly string[];
  /** Tags and names of Microsoft's registry of public images are among these because the config asks for them. */
  readonly mcr?: true;
  /** Names the data endpoints of its registries also while they are off, so that rules for them are there before. */
  readonly comingDataEndpoints: boolean;
  /** Canonical CIDR prefixes that are part of the selection itself. */
  readonly prefixes: readonly string[];
  readonly families: readonly Family[];
  /** True: the config names no families, so those of its registries count too. */
  readonly followsFamilies?: true;
  /** Allowed whatever the publication says. */
  readonly always: readonly Exception[];
  /** Never allowed, whatever the publication says. */
  readonly never: readonly Exception[];
}

/** A prefix with a reason and an owner. */
export interface Exception {
  /** Canonical CIDR. */
  readonly prefix: string;
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date: the first day on which it no longer counts. Absent: it has no end. */
  readonly expires?: string;
}

/** A place that a list is written to. `settings` are the kind's own, as its definition's schema yields them. */
export interface TargetConfig {
  readonly kind: string;
  readonly mode: Mode;
  readonly list: string;
  /** True: take over a resource that holds entries and carries no mark. */
  readonly adopt: boolean;
  /** Whether entries that this service did not write are kept or removed. */
  readonly foreignEntries: 'keep' | 'remove';
  /** An accepted risk of its list. */
  readonly accept?: AcceptedRisk;
  /** Addresses that may be let in beyond the list where it does not fit otherwise. */
  readonly maxOverGrant: number;
  /** When a part needs an approval. */
  readonly approval: Readonly<Record<Direction, ApprovalRule>>;
  readonly change: ChangeRules;
  /** What is named here counts instead of the same in the document's `answers`. */
  readonly answers: ApprovalRules;
  /** The id this target had before. */
  readonly formerly?: string;
  /** Name of the identity that reads and writes it; absent: the app's own. */
  readonly identity?: string;
  readonly settings: object;
}

/** A risk with the reason why it is accepted, and its owner. */
export interface AcceptedRisk {
  readonly risk: 'shared-azure-tag';
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date: the first day on which it no longer counts. */
  readonly expires?: string;
}

/** Where notices go. `settings` are the kind's own, as its definition's schema yields them. */
export interface ChannelConfig {
  readonly kind: string;
  readonly only: NoticeFilter;
  readonly quietHours?: QuietHours;
  readonly settings: object;
}
