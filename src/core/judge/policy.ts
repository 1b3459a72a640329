/** How one tag's losses and gains are judged. Every default is defined here, once, with its reason. */
export interface TagPolicy {
  /** Days a loss is kept before the clock may release it. */
  readonly lossClockDays: number;
  /** Accepted publications that must lack a range before the clock may release it. */
  readonly lossClockPublications: number;
  /** Days a loss is kept while the service's global tag still covers it. */
  readonly lossClockGlobalDays: number;
  /** Share of a tag's IPv4 addresses above which a loss is a question. */
  readonly lossQuestionShare: number;
  /** Published prefixes, both families together, above which a loss is a question. */
  readonly lossQuestionPrefixes: number;
  /** Growth, as a multiple of what the tag had, above which a gain is a question; for IPv6 counted in prefixes. */
  readonly gainQuestionGrowth: number;
  /** IPv4 addresses below which growth is never a question. */
  readonly gainQuestionAddresses: number;
  /** IPv6 prefixes below which growth is never a question. */
  readonly gainQuestionIPv6Prefixes: number;
  /** Bits by which a gained prefix must be shorter than the tag's shortest to be a question. */
  readonly gainQuestionBroaderBits: number;
}

export interface Policy extends TagPolicy {
  /** Overrides by full tag name. */
  readonly tags: Readonly<Record<string, Partial<TagPolicy>>>;
}

export const defaultPolicy: Policy = {
  // What came back from a faulty publication did so within 35 days; six weeks is the next whole week with a margin.
  lossClockDays: 42,
  // One wrong file, or the next one made from it, must not be enough; the January 2024 fault lasted two files.
  lossClockPublications: 3,
  // Nearly every regional loss stayed in the global tag (68 of 72): tidying up, so there is no hurry to remove.
  lossClockGlobalDays: 90,
  // With the prefix rule this asks in 6 of 271 weeks; the January 2024 fault took 79 %.
  lossQuestionShare: 0.1,
  lossQuestionPrefixes: 8,
  // New regions and build-outs double and triple small tags; five times as large at once has not been honest growth.
  gainQuestionGrowth: 4,
  // The most that a Storage region ever gained in one week is 3,328.
  gainQuestionAddresses: 4096,
  // The most that a region ever gained in one week is 13 prefixes of both families.
  gainQuestionIPv6Prefixes: 16,
  // A /16 in a tag whose broadest prefix is a /20 happens; 0.0.0.0/1 in any tag does not.
  gainQuestionBroaderBits: 6,
  tags: {},
};

/** The policy for one tag: its own settings over the global ones. */
export function policyFor(policy: Policy, tag: string): TagPolicy {
  return { ...policy, ...policy.tags[tag] };
}
