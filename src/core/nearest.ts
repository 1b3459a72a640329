/** "did you mean x?" for the known name that is close enough to be a typing error, else an empty text. */
export function nearest(name: string, known: Iterable<string>): string {
  const best = nearestName(name, known);
  return best === undefined ? '' : `did you mean ${JSON.stringify(best)}?`;
}

/** The known name that is close enough to be a typing error. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // With a third of the letters wrong it is another name.
  let least = Math.floor(name.length / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Letters put in, left out, changed, or swapped with their neighbour (Levenshtein's distance with swaps). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
