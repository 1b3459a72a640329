/** Milliseconds that something read stays in use: how late a change of a list or of the config reaches devices. */
export const keptMs = 60_000;

/** Something that is read at most once in `keptMs`, however many ask for it at once. What failed is read again. */
export class Kept<T> {
  readonly #elapsed: () => number;
  #read: { readonly value: Promise<T>; readonly at: number } | undefined;

  /** @param elapsed milliseconds from any moment on, of a clock that nobody sets: the service's own may stand still. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get(read: () => Promise<T>): Promise<T> {
    const now = this.#elapsed();
    if (this.#read !== undefined && now - this.#read.at < keptMs) return this.#read.value;
    // The time at which it was asked for: what is read is at least as new.
    const begun = { value: read(), at: now };
    this.#read = begun;
    begun.value.catch(() => this.#forget(begun.value));
    return begun.value;
  }

  #forget(value: Promise<T>): void {
    if (this.#read?.value === value) this.#read = undefined;
  }
}
