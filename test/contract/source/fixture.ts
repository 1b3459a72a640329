/** What the suite must know of a kind of source. */
export interface SourceFixture {
  readonly kind: string;
  /** How many of the publications it offers: the newest one, or all of them, newest first. */
  readonly offers: 'one' | 'all';
  /** Bytes of the largest file that it takes, as its place is set up. */
  readonly mostBytes: number;
  open(): Promise<SourcePlace>;
}

/** One file that is to be had: its bytes, or how many of them there are, where only that matters. */
export interface PlacedFile {
  readonly name: string;
  readonly content: string | number;
}

/** Where a source gets its publications from, as whoever publishes them sees it. */
export interface SourcePlace {
  /** As a person writes it, without `kind`. */
  readonly config: object;
  /** From now on there are these files and no others, newest first. */
  put(files: readonly PlacedFile[]): Promise<void>;
  /** From now on nothing can be read there. */
  break(): Promise<void>;
  close(): Promise<void>;
}
