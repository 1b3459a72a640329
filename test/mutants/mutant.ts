/** A fault that is planted on purpose, to see whether a test notices. */
export interface Mutant {
  /** What `--only` takes; unique. */
  readonly name: string;
  /** From the root of the checkout. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files that must fail while it is there, from the root of the checkout. */
  readonly tests: readonly string[];
  /** What goes wrong in life where nobody notices. */
  readonly why: string;
  /** Why no test fails, where none can or none is worth its price. */
  readonly survives?: string;
}

/** The source with the mutant in it. Throws unless the text to replace is there exactly once: a list may rot. */
export function plant({ name, file, find, replace }: Mutant, source: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    const found = parts.length === 1 ? 'is not there' : `is there ${parts.length - 1} times`;
    throw new Error(`mutant ${name}: expected its text exactly once in ${file}, but it ${found}: ${find}`);
  }
  return parts.join(replace);
}
