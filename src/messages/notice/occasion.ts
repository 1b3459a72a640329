/** What notices have to know beside the events: when, after which publication, and who uses what. */
export interface Occasion {
  /** ISO 8601. */
  readonly at: string;
  readonly run?: string;
  /** The publication in force then. */
  readonly publication?: { readonly changeNumber: number; readonly file: string; readonly date: string };
  /** The config's lists and targets. */
  readonly lists: Readonly<
    Record<string, { readonly tags: readonly string[]; readonly registries?: readonly { readonly registry: string }[] }>
  >;
  readonly targets: Readonly<Record<string, { readonly list: string }>>;
}
