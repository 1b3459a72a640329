/** "8,576": whole numbers with thousands separators, the same in every environment. */
export function counted(value: bigint | number): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** "1 range", "8,576 ranges". `many` is for words whose plural is not the word with an s. */
export function quantity(count: number | bigint, one: string, many = `${one}s`): string {
  return `${counted(count)} ${count === 1 || count === 1n ? one : many}`;
}

/** "78.8 %" of a ratio 0..1 or above. */
export function percent(part: bigint, whole: bigint): string {
  if (whole === 0n) return '100.0 %';
  const tenths = (part * 1000n + whole / 2n) / whole;
  return `${counted(tenths / 10n)}.${tenths % 10n} %`;
}

/** part / whole as a number; 0 if there is nothing to compare with. */
export function share(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000;
}
