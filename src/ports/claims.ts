/** What may be done only once, such as telling something: whoever claims it first may. */
export interface Claims {
  /** True for the first `by` that asks for this key, each time it asks: it may have died before it did what it claimed. */
  claim(key: string, by: string): Promise<boolean>;
}
