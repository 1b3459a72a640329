/** What an operation of the SDK is called with, so that it can be aborted and polls at the right pace. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
  readonly updateIntervalInMs: number;
}
