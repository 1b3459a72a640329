/** A long-running operation that Azure has accepted. */
export interface BegunOperation {
  /** Where its status is asked for: the `Azure-AsyncOperation` header of the write that began it. */
  readonly url: string;
  /** Names what it changes, for people. */
  readonly subject: string;
}

/**
 * Operations of one target whose end nobody has seen. They are noted before anybody waits for them, so that whoever comes
 * after a worker that died waits for the same operation and hears how it ended, and sends no second write meanwhile.
 */
export interface Operations {
  begun(operation: BegunOperation): Promise<void>;
  /** The end was seen, or Azure knows the operation no more. One that was never noted is no error. */
  ended(url: string): Promise<void>;
  /** Those begun at `since` or later. Earlier ones are forgotten: whoever read the target since has seen what became of them. */
  open(since: Date): Promise<readonly BegunOperation[]>;
}
