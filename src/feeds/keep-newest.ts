/**
 * Puts an entry behind all others; the first ones leave where there are more than `most`. So a map of what strangers send
 * has an end.
 */
export function keepNewest<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
