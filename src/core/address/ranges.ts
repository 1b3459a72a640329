import { compareLimbs, copyLimbs } from './limbs.ts';

/**
 * Puts ranges (flat: first, last, first, last; each address `limbs` words) in order and joins those that overlap or touch. It works
 * in the array it is given where it can, and may give that array back. Ranges that are in order and apart, as published ones are,
 * are looked at once and left as they are.
 *
 *     given   [---]  [--]      [----]
 *                  [---][-]        [---]
 *     result  [---][------]    [------]   (the first two touch: they become one)
 */
export function normalise(ranges: Uint32Array, limbs: 1 | 4): Uint32Array {
  const order = orderOf(ranges, limbs);
  if (order === 'apart') return ranges;
  return join(order === 'sorted' ? ranges : sort(ranges, limbs), limbs);
}

/** `apart`: sorted, and at least one address lies between any two. */
function orderOf(ranges: Uint32Array, limbs: 1 | 4): 'apart' | 'sorted' | 'unsorted' {
  const step = 2 * limbs;
  let apart = true;
  for (let i = step; i < ranges.length; i += step) {
    if (compareLimbs(ranges, i - step, ranges, i, limbs) > 0) return 'unsorted';
    apart &&= isBeyond(ranges, i, i - limbs, limbs);
  }
  return apart ? 'apart' : 'sorted';
}

function join(ranges: Uint32Array, limbs: 1 | 4): Uint32Array {
  const step = 2 * limbs;
  let end = Math.min(step, ranges.length);
  for (let i = step; i < ranges.length; i += step) {
    const last = end - limbs;
    if (isBeyond(ranges, i, last, limbs)) {
      copyLimbs(ranges, i, ranges, end, step);
      end += step;
    } else if (compareLimbs(ranges, i + limbs, ranges, last, limbs) > 0) {
      copyLimbs(ranges, i + limbs, ranges, last, limbs);
    }
  }
  return ranges.slice(0, end);
}

/** Whether the address at `i` is above the one at `j` by two or more: something lies between them. */
function isBeyond(words: Uint32Array, i: number, j: number, limbs: 1 | 4): boolean {
  for (let k = 0; k < limbs; k++) {
    const above = (words[i + k] as number) - (words[j + k] as number);
    if (above === 0) continue;
    if (above !== 1) return above > 1;
    // One more in this word: next to each other only if what follows is ...000 here and ...fff there.
    for (k++; k < limbs; k++) if (words[i + k] !== 0 || words[j + k] !== 0xffffffff) return true;
  }
  return false;
}

/**
 * Sorts ranges by their first addresses, byte by byte from the lowest (a radix sort): the time is linear whatever the input, and no
 * object is made for a range.
 */
function sort(ranges: Uint32Array, limbs: 1 | 4): Uint32Array {
  const step = 2 * limbs;
  const next = new Uint32Array(256);
  let from: Uint32Array = ranges;
  let to: Uint32Array = new Uint32Array(ranges.length);
  for (let word = limbs - 1; word >= 0; word--) {
    for (let shift = 0; shift < 32; shift += 8) {
      if (!placesByByte(from, word, shift, step, next)) continue;
      for (let i = 0; i < from.length; i += step) {
        const byte = ((from[i + word] as number) >>> shift) & 255;
        const place = next[byte] as number;
        copyLimbs(from, i, to, place, step);
        next[byte] = place + step;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Writes where the first range with each value of a byte belongs; false if all have the same, and so are in order by it. */
function placesByByte(ranges: Uint32Array, word: number, shift: number, step: number, places: Uint32Array): boolean {
  places.fill(0);
  for (let i = word; i < ranges.length; i += step) {
    const byte = ((ranges[i] as number) >>> shift) & 255;
    places[byte] = (places[byte] as number) + step;
  }
  const first = ((ranges[word] as number) >>> shift) & 255;
  if (places[first] === ranges.length) return false;
  for (let byte = 0, place = 0; byte < 256; byte++) {
    const size = places[byte] as number;
    places[byte] = place;
    place += size;
  }
  return true;
}
