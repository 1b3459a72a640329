/** As Promise.all over `map`, with at most `most` at once; results in the order of the items. The first failure wins. */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  most: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}

/** Requests at once to the store, and to Azure: more of them wait for each other there. */
export const concurrency = 16;
