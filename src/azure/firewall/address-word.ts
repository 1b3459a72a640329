/** An address, a prefix or a range, as against `*` and the names of tags. */
export function isAddress(entry: string): boolean {
  return /^[0-9a-f:.]*[0-9:][0-9a-f:.]*(\/\d+|-[0-9a-f:.]+)?$/i.test(entry);
}
