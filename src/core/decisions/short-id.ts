/** Something that waits for a person, as far as it can be named. */
export interface Nameable {
  readonly id: string;
  /** What it is about: a tag, a target, a file. Names it as long as nothing else is about the same. */
  readonly names: readonly string[];
}

/** Fewest characters that name something. */
export const shortestName = 4;

/** As many as people are shown: enough to stay the same from one day to the next. */
const usual = 8;

/** The part of an id that a person types: the hash that ends it. */
function hashOf(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1);
}

/**
 * The short id of each of some ids: the first eight characters of its hash, more where two begin alike. Any of the ids is found
 * by it among all of them.
 */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const hashes = [...new Set(ids)].map((id) => ({ id, hash: hashOf(id) }));
  return new Map(
    hashes.map(({ id, hash }) => {
      const others = hashes.filter((other) => other.id !== id);
      for (let length = usual; length < hash.length; length++) {
        const short = hash.slice(0, length);
        if (others.every((other) => !other.hash.startsWith(short) && !other.id.startsWith(short))) return [id, short];
      }
      return [id, others.some((other) => other.hash === hash) ? id : hash];
    }),
  );
}

/**
 * What a person may mean: by the whole id or its hash, by a name, or by the beginning of the id or the hash, in this order; at
 * least four characters of it. Several: it is ambiguous. None: nothing of these is meant.
 */
export function namedBy<T extends Nameable>(given: string, open: readonly T[]): readonly T[] {
  const ways: readonly ((one: T) => boolean)[] = [
    ({ id }) => id === given,
    ({ id }) => hashOf(id) === given,
    ({ names }) => names.includes(given),
    ({ id }) => given.length >= shortestName && (id.startsWith(given) || hashOf(id).startsWith(given)),
  ];
  for (const way of ways) {
    const found = open.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}
