/** Why something waits, or is refused: which rule says so, with its sums, and how to go on. */
export interface Reason {
  /** Name of the rule, `lost-share`. */
  readonly rule: string;
  /** One sentence with the arithmetic: "8,576 of 10,880 IPv4 addresses (78.8 %) are gone; the limit is 10 %". */
  readonly text: string;
  /** What lets it through. */
  readonly next: string;
}
