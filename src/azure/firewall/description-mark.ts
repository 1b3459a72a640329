const before = 'service-tag-sync=';
const pattern = /\s*\[?service-tag-sync=([^\s\]]+)\]?/;

/** Characters that a mark needs in a description beside its own: its name and brackets. */
export const markFrame = before.length + 2;

/** A person's words with our mark behind them; the words give way where both do not fit into `most` characters. */
export function withMark(words: string, mark: string, most: number): string {
  const tail = `[${before}${mark}]`;
  const kept = words
    .replace(pattern, '')
    .trim()
    .slice(0, most - tail.length - 1)
    .trim();
  return kept === '' ? tail : `${kept} ${tail}`;
}

/** The mark in a description, if there is one. */
export function markIn(description: string): string | undefined {
  return pattern.exec(description)?.[1];
}
