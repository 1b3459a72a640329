/** A fault that is planted on purpose, to see whether a test notices. */
export interface Mutant {
  /** What `--only` takes; unique. */
  readonly name: string;
  /** From the root of the checkout. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** More places of the same fault: what two nets hold is free only where both are cut. */
  readonly also?: readonly Pick<Mutant, 'file' | 'find' | 'replace'>[];
  /** Test files that must fail while it is there, from the root of the checkout. */
  readonly tests: readonly string[];
  /** What goes wrong in life where nobody notices. */
  readonly why: string;
  /** Why no test fails, where none can or none is worth its price. */
  readonly survives?: string;
}

/** A mutant's places by file: one file may have several. */
export function placesOf({ file, find, replace, also = [] }: Mutant): ReadonlyMap<string, readonly Place[]> {
  return Map.groupBy([{ file, find, replace }, ...also], (place) => place.file);
}

type Place = Pick<Mutant, 'file' | 'find' | 'replace'>;

/** The source with the mutant in it. Throws unless each text to replace is there exactly once: a list may rot. */
export function plant(name: string, places: readonly Place[], source: string): string {
  return places.reduce((text, { file, find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2) {
      const found = parts.length === 1 ? 'is not there' : `is there ${parts.length - 1} times`;
      throw new Error(`mutant ${name}: expected its text exactly once in ${file}, but it ${found}: ${find}`);
    }
    return parts.join(replace);
  }, source);
}
