/** Whether an entry is a host name, perhaps with `*` before its first dot, and no address or prefix. */
export function isHostName(entry: string): boolean {
  return !entry.includes(':') && /[a-z*]/i.test(entry);
}
