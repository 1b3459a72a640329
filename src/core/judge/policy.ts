/** How one tag's losses and gains are judged. Every default is defined here, once, with its reason. */
export interface TagPolicy {
  /** Days a loss is kept before the clock may release it. */
  readonly lossClockDays: number;
  /** Accepted publications that must lack a range before the clock may release it. */
  readonly lossClockPublications: number;
  /** Days a loss is kept while the service's global tag still covers it. */
  readonly lossClockGlobalDays: number;
  /** Share of a tag's IPv4 addresses, or of its IPv6 prefixes, above which a loss is a question. */
  readonly lossQuestionShare: number;
  /** The same for a single prefix, and for what left the parents as well. */
  readonly lossQuestionLargeShare: number;
  /** Days within which losses count together for these shares. */
  readonly lossWindowDays: number;
  /** Published prefixes, both families together, above which a loss is a question. */
  readonly lossQuestionPrefixes: number;
  /** Whether it is a question that the whole tag is gone; else the clock lets all of it go. */
  readonly lossQuestionTagVanished: boolean;
  /** The same for one family of the tag. */
  readonly lossQuestionFamily: boolean;
  /** Growth, as a multiple of what the tag had, below which a gain is no question; for IPv6 counted in prefixes. */
  readonly gainQuestionGrowth: number;
  /** IPv4 addresses below which growth is never a question. */
  readonly gainQuestionAddresses: number;
  /** IPv6 prefixes below which growth is never a question. */
  readonly gainQuestionIPv6Prefixes: number;
  /** Bits by which a gained prefix must be shorter than the tag's shortest to be a question. */
  readonly gainQuestionBroaderBits: number;
  /** Whether a gain in private address space is a question. What no host at all is reached on always is one. */
  readonly gainQuestionPrivateRange: boolean;
  /** Whether a gain that another region of the service has, or had until now, is a question. */
  readonly gainQuestionOtherRegion: boolean;
  /** Whether a gain of ranges of a service that the tag shared nothing with is a question. */
  readonly gainQuestionOtherService: boolean;
  /** Whether a tag whose own changeNumber went back is set aside as older content, and told. */
  readonly fileQuestionOlderTag: boolean;
  /** Whether the tag's parents count: what they lack is kept out, what they have is kept. */
  readonly parentsCount: boolean;
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
  // Ranges come and go singly: one was 24 % of the smallest tag. A quarter of a list is felt by whoever it serves.
  lossQuestionLargeShare: 0.25,
  // As long as the clock keeps anything: what melts away more slowly than that was released bit by bit, each bit rightly.
  lossWindowDays: 90,
  // Tags and families vanished by mistake, and came back up to 14 months later. Off is for what is being retired.
  lossQuestionTagVanished: true,
  lossQuestionFamily: true,
  // Any: large tags are the ones in which a stranger hides. Where a tag grows by thousands as a habit, raise this for it.
  gainQuestionGrowth: 0,
  // The most that a Storage region ever gained in one week is 3,328.
  gainQuestionAddresses: 4096,
  // The most that a region ever gained in one week.
  gainQuestionIPv6Prefixes: 16,
  // A /16 in a tag whose broadest prefix is a /20 happens; 0.0.0.0/1 in any tag does not.
  gainQuestionBroaderBits: 6,
  // No official file ever had a private range. Off is for files that somebody adds their own networks to. What nobody is
  // reached on (loopback, multicast, documentation) has no switch: to allow it helps nobody, and one case can be answered.
  gainQuestionPrivateRange: true,
  // In all official files, no two regions of a service shared a range, and no service began to share with another one.
  // Off is for a tag in which that becomes a habit.
  gainQuestionOtherRegion: true,
  gainQuestionOtherService: true,
  // 1 of 424 official files went back, in 2020: it had old content.
  fileQuestionOlderTag: true,
  // In every official file the global tag contained all regional tags of its service, and AzureCloud of a region all of ACR and
  // Storage there.
  parentsCount: true,
  tags: {},
};

/** The policy for one tag: its own settings over the global ones. */
export function policyFor(policy: Policy, tag: string): TagPolicy {
  return { ...policy, ...policy.tags[tag] };
}
