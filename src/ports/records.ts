/** A place for plans and decisions in which nothing is ever changed. Only written, never read by the service. */
export interface Records {
  /** Keeps a document under a name. The same document again changes nothing; another one is kept beside it. */
  keep(name: string, value: object): Promise<void>;
}
