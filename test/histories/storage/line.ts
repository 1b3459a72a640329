/** The way of requests from one client to what it asks: they arrive, or not, and so do the answers. */
export interface Line {
  /** Does what a request asks, and brings the answer. */
  pass<T>(act: () => T): Promise<T>;
}

/** Every request arrives, and so does every answer. */
export const soundLine: Line = {
  async pass(act) {
    return act();
  },
};
