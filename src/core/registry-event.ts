/** What happened to a registry of the config. */
export type RegistryEvent =
  | {
      /** It cannot be read any more; told once, until it can be again. */
      readonly kind: 'registry-unreadable';
      readonly registry: string;
      readonly text: string;
      /** ISO 8601: since when it had said what stays in force; absent if it was never read. */
      readonly saysSince?: string;
    }
  | { readonly kind: 'registry-readable'; readonly registry: string; readonly since: string }
  | {
      /** It came to regions, or left them. */
      readonly kind: 'registry-changed';
      readonly registry: string;
      readonly regionsAdded: readonly string[];
      readonly regionsRemoved: readonly string[];
      readonly dataEndpoints: readonly string[];
    }
  | {
      /** It is in regions that no tag is named for: their addresses are in no list. */
      readonly kind: 'registry-without-tag';
      readonly registry: string;
      readonly regions: readonly string[];
    };
